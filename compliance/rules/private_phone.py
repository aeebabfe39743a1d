"""Calls go over the lender's lines, where they are recorded."""

from __future__ import annotations

from compliance.gate.facts import AppliedRule, ContactFacts, Finding
from compliance.rules.findings import objection
from compliance.rules.parameters import Parameter

PARAMETERS: dict[str, Parameter] = {}


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies contact over a collector's own telephone (中国银行业协会 guide of 2026)."""
    if facts.request.device != "private_phone":
        return []
    return [objection(rule, "private_phone", event="system_line")]

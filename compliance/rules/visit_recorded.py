"""Visits are recorded from beginning to end."""

from __future__ import annotations

from compliance.gate.facts import AppliedRule, ContactFacts, Finding
from compliance.rules.findings import objection
from compliance.rules.parameters import Parameter

PARAMETERS: dict[str, Parameter] = {}


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies a visit that does not declare a recording of the whole of it (GB/T 45251-2025)."""
    if facts.request.is_recorded:
        return []
    return [objection(rule, "visit_unrecorded", event="recording_declared")]

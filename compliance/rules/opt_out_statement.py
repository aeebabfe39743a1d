"""Electronic messages say how to stop them."""

from __future__ import annotations

from compliance.gate.facts import AppliedRule, ContactFacts, Content, Finding
from compliance.rules.findings import objection
from compliance.rules.parameters import Parameter

PARAMETERS: dict[str, Parameter] = {}


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies an electronic message that does not declare a plain way to opt out.

    12 CFR 1006.6(e): a clear statement with a simple method, without a fee or further data.
    """
    if Content.OPT_OUT_STATEMENT in facts.request.content:
        return []
    return [objection(rule, "opt_out_statement_missing", event="content_changed")]

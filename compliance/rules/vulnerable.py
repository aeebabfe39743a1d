"""Nobody is pressed who may not be able to look after their affairs."""

from __future__ import annotations

from compliance.gate.facts import AppliedRule, ContactFacts, Finding
from compliance.rules.parameters import Parameter
from compliance.rules.standing import objections

PARAMETERS: dict[str, Parameter] = {}
JUDGES = frozenset({"vulnerable"})


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies pursuit of a person understood to be vulnerable (FCA CONC 7.10)."""
    return objections(facts, rule, "vulnerable", event="stop_lifted")

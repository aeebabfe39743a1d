"""A reference who asked not to be contacted is left alone for good."""

from __future__ import annotations

from compliance.gate.facts import AppliedRule, ContactFacts, Finding
from compliance.rules.parameters import Parameter
from compliance.rules.standing import objections

PARAMETERS: dict[str, Parameter] = {}
JUDGES = frozenset({"third_party_refused"})


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies every contact with a person who said no, or who is not the debtor (GB/T 45251)."""
    return objections(facts, rule, "third_party_refused", event="stop_lifted")

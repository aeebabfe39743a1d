"""A disputed debt rests until it is verified."""

from __future__ import annotations

from compliance.gate.facts import AppliedRule, ContactFacts, Finding
from compliance.rules.parameters import Parameter
from compliance.rules.standing import objections

PARAMETERS: dict[str, Parameter] = {}
JUDGES = frozenset({"dispute"})


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies collecting a disputed debt until verification is sent (12 CFR 1006.38(d)).

    The verification itself stands among the rule's exceptions. The debt rests for everybody who
    owes it, whoever disputed it.
    """
    return objections(facts, rule, "dispute", event="debt_verified", of_anybody=True)

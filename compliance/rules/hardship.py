"""While help with payments is being considered, nothing is demanded."""

from __future__ import annotations

from compliance.gate.facts import AppliedRule, ContactFacts, Finding
from compliance.rules.parameters import Parameter
from compliance.rules.standing import objections

PARAMETERS: dict[str, Parameter] = {}
JUDGES = frozenset({"hardship"})


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies dunning while hardship is being looked at (FCA CONC 7.3, 7.5).

    Contact that helps with it stands among the rule's exceptions.
    """
    return objections(facts, rule, "hardship", event="hardship_decided")

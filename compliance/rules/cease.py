"""The person asked in writing that contact end."""

from __future__ import annotations

from compliance.gate.facts import AppliedRule, ContactFacts, Finding
from compliance.rules.parameters import Parameter
from compliance.rules.standing import objections

PARAMETERS: dict[str, Parameter] = {}
JUDGES = frozenset({"cease"})


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies contact about the debt from the receipt of the notice (12 CFR 1006.6(c)(1)).

    What may still be said, that efforts end or which remedy may or will be used (1006.6(c)(2)),
    stands among the rule's exceptions.
    """
    return objections(facts, rule, "cease", event="cease_withdrawn")

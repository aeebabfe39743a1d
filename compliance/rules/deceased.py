"""After a death only those who settle the estate are spoken to."""

from __future__ import annotations

from compliance.gate.facts import AppliedRule, ContactFacts, Finding
from compliance.rules.parameters import Parameter
from compliance.rules.standing import objections

PARAMETERS: dict[str, Parameter] = {}
JUDGES = frozenset({"deceased"})


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies contact with a person who has died; nothing lifts it.

    Who stands in their place, such as the executor (12 CFR 1006.6(a)), is a recipient among the
    rule's exceptions.
    """
    return objections(facts, rule, "deceased", event="estate_known")

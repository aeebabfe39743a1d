"""Others may be asked only once the debtor cannot be reached."""

from __future__ import annotations

from compliance.gate.facts import AppliedRule, ContactFacts, Finding
from compliance.rules.findings import objection
from compliance.rules.parameters import Parameter, words

REASONS = ("number_invalid", "three_failures", "deceased", "incapacitated")

PARAMETERS: dict[str, Parameter] = {"reasons": words(of=REASONS).required()}


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies contact with a reference while the debtor is not shown to be out of reach.

    GB/T 45251-2025: died, or lacks capacity; the banking association's guide: the number is
    invalid, or three contacts in a row failed.
    """
    if facts.unreachable in rule.values["reasons"]:
        return []
    return [objection(rule, "debtor_reachable", event="debtor_unreachable")]

"""Represented by a lawyer: the lawyer is spoken to, not the person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from compliance.gate.facts import AppliedRule, ContactFacts, Finding
from compliance.rules.parameters import flag
from compliance.rules.replies import REPLY_PARAMETERS, reply_changes, reply_ends_at
from compliance.rules.standing import objections

#: `of_anybody`: a lawyer of anybody on the loan counts, as when others are asked for the debtor.
PARAMETERS = {"of_anybody": flag(), **REPLY_PARAMETERS}
JUDGES = frozenset({"attorney"})


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies contact about a loan for which the person has a lawyer; a message may be answered.

    12 CFR 1006.6(b)(2): with respect to such debt; comment 1: what the person began may be
    answered. Nobody else is asked for the person once the lawyer is known (1006.10(b)(5)).
    """
    if reply_ends_at(facts, rule):
        return []
    return objections(
        facts,
        rule,
        "attorney",
        event="attorney_released",
        of_anybody=rule.values.get("of_anybody", False),
    )


def changes(facts: ContactFacts, rule: AppliedRule) -> Iterable[datetime]:
    """Returns when the reply that is owed now no longer is."""
    return reply_changes(facts, rule)

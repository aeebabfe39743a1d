"""How a rule of a pack objects: the finding carries the rule's own code, text and force."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from compliance.gate.facts import AppliedRule, ContactFacts, Effect, Finding
from compliance.rules.local_time import HORIZON


def objection(
    rule: AppliedRule,
    reason: str,
    *,
    opens_at: datetime | None = None,
    event: str = "",
    effect: Effect = Effect.DENY,
    **values: Any,
) -> Finding:
    """Returns the finding of a rule; `event` is kept only where no instant lifts it."""
    return Finding(
        code=rule.code,
        reason=reason,
        citation=rule.citation,
        effect=effect,
        opens_at=opens_at,
        event="" if opens_at else event,
        values=values,
        pack=rule.pack,
        binding=rule.binding,
        override=rule.override,
    )


def first_silent(
    facts: ContactFacts,
    objects: Callable[[ContactFacts], bool],
    instants: Iterable[datetime],
) -> datetime | None:
    """Returns the first of the instants, in order, at which the rule no longer objects."""
    latest = facts.request.at + HORIZON
    for instant in instants:
        if instant > latest:
            return None
        if not objects(at_instant(facts, instant)):
            return instant
    return None


def at_instant(facts: ContactFacts, at: datetime) -> ContactFacts:
    """Returns the same facts asked about another instant."""
    return replace(facts, request=replace(facts.request, at=at))

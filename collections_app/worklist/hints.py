"""From answers of the gate to a hint: from when, until when, and when to look again. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from compliance.gate.facts import Channel, Decision
from compliance.gate.services import judge

#: What makes a person workable: somebody can ring them. A text that may be sent is no reason to
#: have a person before one.
CHANNELS: Final = (Channel.CALL,)
#: Not every fact about a person is told (a number added by an import is not), so nothing stands
#: for longer than this.
LONGEST: Final = timedelta(days=1)
#: Nobody to ring: a number may come with any import.
WITHOUT_NUMBER: Final = timedelta(hours=1)


class Hint(NamedTuple):
    """When a person may be worked; both empty when no passing of time opens it."""

    workable_from: datetime | None
    workable_until: datetime | None
    look_at: datetime


def hint_of(
    *, decisions: Iterable[Decision], at: datetime, before: tuple[datetime | None, datetime | None]
) -> Hint:
    """Returns the hint of one person from what the gate says of each way to work them.

    `before` is the hint so far: who is still workable keeps the beginning, so that nothing is
    written where nothing changed. The first opening counts; of several, the one that lasts.
    """
    asked = list(decisions)
    if not asked:
        return Hint(None, None, at + WITHOUT_NUMBER)
    spans = [span for decision in asked if (span := _span(decision, at)) is not None]
    if not spans:
        return Hint(None, None, at + LONGEST)
    begins = min(span[0] for span in spans)
    ends = [until for begin, until in spans if begin == begins]
    until = None if None in ends else max(end for end in ends if end is not None)
    since = before[0]
    if begins == at and since is not None and since <= at and not _is_over(before[1], at):
        begins = since
    look_at = min(until or at + LONGEST, at + LONGEST)
    return Hint(begins, until, look_at)


def _span(decision: Decision, at: datetime) -> tuple[datetime, datetime | None] | None:
    """From when until when one way to work a person is open; None when time does not open it."""
    if decision.allowed:
        return at, decision.closes_at
    opens = decision.next_allowed_at
    if opens is None:
        return None
    # The end is worked out with it, so that a whole portfolio need not be asked when it opens.
    facts = decision.facts
    then = judge(replace(facts, request=replace(facts.request, at=opens)))
    return opens, then.closes_at


def _is_over(until: datetime | None, at: datetime) -> bool:
    return until is not None and until <= at

"""When a contact would be open, day by day: the gate asked at every instant the clock matters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from compliance.gate.facts import ContactFacts, Effect
from compliance.rules.findings import at_instant
from compliance.rules.local_time import day_begins, local_date
from compliance.rules.registry import changes, findings

DAYS: Final = 7
_MINUTES: Final = 24 * 60
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Part of a day by the clock on the wall, in minutes; `codes` object to it, none: open."""

    begins: int
    ends: int
    codes: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        return not self.codes


@dataclass(frozen=True, slots=True)
class Day:
    """One day with its spans, which follow each other from midnight to midnight."""

    day: date
    spans: tuple[Span, ...]


def open_hours(facts: ContactFacts, *, zone: str, days: int = DAYS) -> list[Day]:
    """Returns the days from the one asked about on, as they are if nothing else happens."""
    first = local_date(facts.request.at, zone)
    asked = list(_asked(facts, day_begins(first, zone), day_begins(first + days * _DAY, zone)))
    return [
        Day(first + number * _DAY, tuple(_spans(first + number * _DAY, zone, asked)))
        for number in range(days)
    ]


def _asked(
    facts: ContactFacts, begins: datetime, ends: datetime
) -> Iterator[tuple[datetime, tuple[str, ...]]]:
    """Each instant from which the answer may be another, with the rules that then object."""
    yield begins, _objecting(at_instant(facts, begins))
    for instant in changes(at_instant(facts, begins)):
        if instant >= ends:
            return
        yield instant, _objecting(at_instant(facts, instant))


def _objecting(facts: ContactFacts) -> tuple[str, ...]:
    denied = (found.code for found in findings(facts) if found.effect is Effect.DENY)
    return tuple(dict.fromkeys(denied))


def _spans(day: date, zone: str, asked: list[tuple[datetime, tuple[str, ...]]]) -> Iterator[Span]:
    """Cuts one day out and joins what follows with the same answer."""
    begins, ends = day_begins(day, zone), day_begins(day + _DAY, zone)
    before = [codes for instant, codes in asked if instant <= begins]
    edges = [(begins, before[-1])]
    edges += [(instant, codes) for instant, codes in asked if begins < instant < ends]
    changed = [
        edge for number, edge in enumerate(edges) if not number or edge[1] != edges[number - 1][1]
    ]
    for number, (instant, codes) in enumerate(changed):
        last = number + 1 == len(changed)
        until = _MINUTES if last else _minute(changed[number + 1][0], zone)
        # A clock that is put back shows some minutes twice; they are drawn once.
        if until > (start := _minute(instant, zone)):
            yield Span(start, until, codes)


def _minute(instant: datetime, zone: str) -> int:
    local = instant.astimezone(ZoneInfo(zone))
    return local.hour * 60 + local.minute

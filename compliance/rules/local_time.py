"""The clock on the wall: local dates, their first instants, and when a clock shows a time."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

#: No opening is looked for further away than this.
HORIZON = timedelta(days=400)

_DAY = timedelta(days=1)


def local_date(at: datetime, zone: str) -> date:
    """Returns the calendar day of an instant in a zone."""
    return at.astimezone(ZoneInfo(zone)).date()


@lru_cache(maxsize=8192)
def day_begins(day: date, zone: str) -> datetime:
    """Returns the first instant of a calendar day in a zone, in UTC."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@lru_cache(maxsize=8192)
def crossings(day: date, clock: time, zone: str) -> tuple[datetime, ...]:
    """Returns the instants of a day at which the wall clock may pass `clock`, in order.

    One on an ordinary day. On a day whose clock is put forward or back also the instant of the
    change, because it may skip the time or bring it twice.
    """
    shown = datetime.combine(day, clock, tzinfo=ZoneInfo(zone))
    found = {shown.astimezone(UTC), shown.replace(fold=1).astimezone(UTC)}
    change = clock_change(day, zone)
    if change is not None:
        found.add(change)
    return tuple(sorted(found))


@lru_cache(maxsize=8192)
def clock_change(day: date, zone: str) -> datetime | None:
    """Returns the instant of the day at which the zone's offset changes, to the second."""
    before, after = day_begins(day, zone), day_begins(day + _DAY, zone)
    place = ZoneInfo(zone)
    offset = before.astimezone(place).utcoffset()
    if after.astimezone(place).utcoffset() == offset:
        return None
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(place).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def instants_after(
    at: datetime, *, clocks: tuple[time, ...], zones: tuple[str, ...]
) -> Iterator[datetime]:
    """Yields in order, up to the horizon, when a clock of the zones may pass one of the times."""
    latest = at
    for instant in heapq.merge(*(_of_zone(at, clocks, zone) for zone in zones)):
        if instant > latest:
            latest = instant
            yield instant


def _of_zone(at: datetime, clocks: tuple[time, ...], zone: str) -> Iterator[datetime]:
    first = local_date(at, zone)
    for offset in range(HORIZON.days):
        day = first + timedelta(days=offset)
        yield from sorted({instant for clock in clocks for instant in crossings(day, clock, zone)})

"""The one clock. Rules take `now` or `as_of` as an argument; whoever has to ask, asks here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

__all__ = ["held_at", "known_zones", "local_now", "local_today", "now", "zone_of"]

_held: ContextVar[datetime | None] = ContextVar("held", default=None)


def now() -> datetime:
    """Returns the present moment, aware, in UTC."""
    return _held.get() or datetime.now(UTC)


@contextmanager
def held_at(instant: datetime) -> Iterator[None]:
    """Holds the clock at an instant for this thread or task: a scenario plays at its own time.

    For what is rolled back, and for the files of before that the demonstration brings along; facts
    and the trail take their moment from the database, which no holding changes. Raises ValueError
    for an instant without its zone.
    """
    if instant.tzinfo is None:
        raise ValueError("The clock is held at an instant with its time zone.")
    token = _held.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _held.reset(token)


@cache
def known_zones() -> frozenset[str]:
    """Returns the names of all IANA time zones known here; read once, for that takes some 20 ms."""
    return frozenset(available_timezones())


def zone_of(zone: str | tzinfo) -> tzinfo:
    """Returns the zone for an IANA name such as "Asia/Shanghai"; zones pass through.

    Raises `zoneinfo.ZoneInfoNotFoundError` for a name the zone data does not know.
    """
    return ZoneInfo(zone) if isinstance(zone, str) else zone


def local_now(zone: str | tzinfo) -> datetime:
    """Returns the present moment on the wall clock of `zone`, aware."""
    return now().astimezone(zone_of(zone))


def local_today(zone: str | tzinfo) -> date:
    """Returns the calendar date it now is in `zone`."""
    return local_now(zone).date()

"""The one clock. Rules take `now` or `as_of` as an argument; whoever has to ask, asks here."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

__all__ = ["local_now", "local_today", "now", "zone_of"]


def now() -> datetime:
    """Returns the present moment, aware, in UTC."""
    return datetime.now(UTC)


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

"""Weeks as compliance reads them: Monday to Sunday on each portfolio's own clock. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Week:
    """One calendar week, named as ISO 8601 names it: 2026-W48."""

    monday: dt.date

    @property
    def sunday(self) -> dt.date:
        return self.monday + dt.timedelta(days=6)

    @property
    def name(self) -> str:
        year, number, _day = self.monday.isocalendar()
        return f"{year}-W{number:02d}"

    @property
    def before(self) -> Week:
        return Week(self.monday - dt.timedelta(days=7))

    @property
    def after(self) -> Week:
        return Week(self.monday + dt.timedelta(days=7))

    def span(self, zone: str) -> tuple[dt.datetime, dt.datetime]:
        """Returns the first instant of the week in a zone, and the first one after it."""
        clock = ZoneInfo(zone)
        return (
            dt.datetime.combine(self.monday, dt.time(), clock),
            dt.datetime.combine(self.after.monday, dt.time(), clock),
        )


def week_of(day: dt.date) -> Week:
    """Returns the week a day lies in."""
    return Week(day - dt.timedelta(days=day.weekday()))


def week_named(name: str) -> Week:
    """Returns the week of a name such as 2026-W48. Raises ValueError for anything else."""
    year, _separator, number = name.partition("-W")
    if len(year) != 4 or len(number) != 2:
        raise ValueError(f"{name} is no week.")
    return Week(dt.date.fromisocalendar(int(year), int(number), 1))

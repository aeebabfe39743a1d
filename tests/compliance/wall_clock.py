"""What a wall clock shows, worked out anew: from the rule at the end of a zone's compiled file.

An oracle for tests of the gate. It uses no zone library and nothing of ours: it reads the rule of
the years to come (RFC 9636, 3.3) out of the zone data, works out the two changes of a year, and
counts minutes of UTC.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

DAY = 24 * 60
_RULE = re.compile(
    r"^(?:<[^>]+>|[A-Z]+)(?P<standard>[-+]?[\d:]+)"
    r"(?:<[^>]+>|[A-Z]+)(?P<summer>[-+]?[\d:]+)?"
    r",M(?P<begin>[\d.]+)(?:/(?P<begin_at>[-+]?[\d:]+))?"
    r",M(?P<end>[\d.]+)(?:/(?P<end_at>[-+]?[\d:]+))?$"
)


def minutes(day: date) -> int:
    """Minutes of UTC from the beginning of the count to the beginning of a day."""
    return day.toordinal() * DAY


@dataclass(frozen=True)
class WallClock:
    """A zone in one year: minutes east of UTC in winter and summer, and when summer is."""

    standard: int
    summer: int
    begins: int
    ends: int

    def offset(self, minute: int) -> int:
        if self.begins < self.ends:
            is_summer = self.begins <= minute < self.ends
        else:
            is_summer = not self.ends <= minute < self.begins
        return self.summer if is_summer else self.standard

    def shown(self, minute: int) -> tuple[int, int]:
        """The day (as an ordinal) and the minute of the day on the wall at a minute of UTC."""
        return divmod(minute + self.offset(minute), DAY)

    def minutes_of(self, day: int) -> list[int]:
        """Every minute of UTC at which the wall shows the day, however long it is."""
        around = range((day - 2) * DAY, (day + 3) * DAY)
        return [minute for minute in around if self.shown(minute)[0] == day]

    def edge_days(self) -> list[int]:
        """The days of the year that are shorter or longer than others."""
        changes = (self.begins, self.ends)
        days = {self.shown(change + step)[0] for change in changes for step in (-1, 0)}
        return sorted(day for day in days if len(self.minutes_of(day)) != DAY)


def wall_clock(zone: str, year: int) -> WallClock:
    """Reads the rule of a zone that changes its clocks twice a year."""
    compiled = files("tzdata").joinpath("zoneinfo", *zone.split("/")).read_bytes()
    found = _RULE.match(compiled.rstrip(b"\n").rpartition(b"\n")[2].decode())
    if found is None:
        raise ValueError(f"{zone} does not change its clocks by one rule")
    standard = -_clock(found["standard"])
    summer = -_clock(found["summer"]) if found["summer"] else standard + 60
    return WallClock(
        standard=standard,
        summer=summer,
        begins=minutes(_day(found["begin"], year)) + _clock(found["begin_at"] or "2") - standard,
        ends=minutes(_day(found["end"], year)) + _clock(found["end_at"] or "2") - summer,
    )


def _day(rule: str, year: int) -> date:
    """The day of month.week.weekday: Sunday is 0, week 5 the last."""
    month, week, weekday = map(int, rule.split("."))
    day = date(year, month, 1)
    while day.isoweekday() % 7 != weekday:
        day = day.replace(day=day.day + 1)
    for _week in range(week - 1):
        later = date.fromordinal(day.toordinal() + 7)
        if later.month == month:
            day = later
    return day


def _clock(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    hours, _, rest = text.lstrip("+-").partition(":")
    return sign * (int(hours) * 60 + int(rest or 0))

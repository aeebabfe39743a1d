"""Is this person at work at this moment? Pure reckoning over shifts and leave, no queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class WeeklyShift:
    """One shift of a week: `weekday` as in `date.weekday()`, wall-clock times in `time_zone`."""

    weekday: int
    starts_at: time
    ends_at: time
    time_zone: str

    def instants(self, day: date) -> tuple[datetime, datetime]:
        """Returns start and end of the shift that begins on `day`; the end may be a day later."""
        zone = ZoneInfo(self.time_zone)
        last_day = day if self.ends_at > self.starts_at else day + timedelta(days=1)
        start = datetime.combine(day, self.starts_at, tzinfo=zone)
        return start, datetime.combine(last_day, self.ends_at, tzinfo=zone)

    def day_covering(self, at: datetime) -> date | None:
        """Returns the day on which the shift running at `at` began, or None when none runs."""
        local_day = at.astimezone(ZoneInfo(self.time_zone)).date()
        for day in (local_day, local_day - timedelta(days=1)):
            if day.weekday() != self.weekday:
                continue
            start, end = self.instants(day)
            # Aware datetimes of one zone compare by wall clock, which goes wrong where the clock
            # is put back; instants do not.
            if start.timestamp() <= at.timestamp() < end.timestamp():
                return day
        return None


@dataclass(frozen=True)
class DaysOff:
    """Leave from `starts_on` to `ends_on`, both included."""

    starts_on: date
    ends_on: date

    def includes(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


def at_work(
    *, at: datetime, shifts: Iterable[WeeklyShift], leave: Iterable[DaysOff], time_zone: str
) -> bool:
    """Tells whether someone with these shifts and this leave works at the moment `at`.

    A night shift belongs to the day it starts on, also for leave. Who has no shifts at all keeps
    no hours here and counts as at work on every day without leave, in `time_zone`.
    """
    pattern, days_off = tuple(shifts), tuple(leave)
    if not pattern:
        today = at.astimezone(ZoneInfo(time_zone)).date()
        return not any(off.includes(today) for off in days_off)
    begun = (shift.day_covering(at) for shift in pattern)
    return any(day is not None and not any(off.includes(day) for off in days_off) for day in begun)

"""Working days: pure arithmetic over a weekend, holidays and working weekends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_DAY = timedelta(days=1)
# No country closes for longer; a calendar in which every day is off would loop for ever.
_LONGEST_CLOSURE = 60


class Convention(StrEnum):
    """Where a date goes that falls on a day off (ISDA names)."""

    NONE = "none"
    FOLLOWING = "following"
    MODIFIED_FOLLOWING = "modified_following"
    PRECEDING = "preceding"


class NoWorkingDay(ValueError):
    """The calendar has no working day near the date; its days off are wrong."""


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """A calendar ready for use: weekdays off (Monday 0), holidays, and weekends worked.

    `years` are those whose holidays are known; in others only the weekend counts.
    """

    weekend: frozenset[int] = frozenset({5, 6})
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    def knows(self, on: date) -> bool:
        """Says whether the holidays of the date's year are known."""
        return on.year in self.years

    def is_working(self, on: date) -> bool:
        """Says whether work is done on a date; a working weekend (调休) beats everything."""
        if on in self.workdays:
            return True
        return on.weekday() not in self.weekend and on not in self.holidays

    def next_working(self, on: date) -> date:
        """Returns the date itself when it is a working day, else the first one after it."""
        return self._nearest(on, _DAY)

    def previous_working(self, on: date) -> date:
        """Returns the date itself when it is a working day, else the last one before it."""
        return self._nearest(on, -_DAY)

    def add_working_days(self, on: date, count: int) -> date:
        """Returns the count-th working day after a date (before it, when negative).

        The date itself is not counted. With 0 the date moves to the next working day.
        """
        if count == 0:
            return self.next_working(on)
        step = _DAY if count > 0 else -_DAY
        for _counted in range(abs(count)):
            on = self._nearest(on + step, step)
        return on

    def working_days_between(self, start: date, end: date) -> int:
        """Returns the working days after start up to and including end; 0 when end is earlier."""
        days = (end - start).days
        return sum(self.is_working(start + timedelta(days=day)) for day in range(1, days + 1))

    def shift(self, on: date, convention: Convention | str) -> date:
        """Moves a date off a day off by a convention.

        Modified following goes back instead of into the next month. Raises ValueError for an
        unknown convention.
        """
        match Convention(convention):
            case Convention.FOLLOWING:
                return self.next_working(on)
            case Convention.PRECEDING:
                return self.previous_working(on)
            case Convention.MODIFIED_FOLLOWING:
                following = self.next_working(on)
                return following if following.month == on.month else self.previous_working(on)
            case Convention.NONE:
                return on

    def _nearest(self, on: date, step: timedelta) -> date:
        candidate = on
        for _tried in range(_LONGEST_CLOSURE):
            if self.is_working(candidate):
                return candidate
            candidate += step
        raise NoWorkingDay(f"No working day within {_LONGEST_CLOSURE} days of {on}.")

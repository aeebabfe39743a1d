"""Counting days, months and years as the laws do: the day of the event itself is left out."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from core.calendars.working_days import WorkingDays

_MONTHS_A_YEAR = 12


def days_after(on: date, count: int) -> date:
    """The last of `count` days after a day, which is not counted itself."""
    return on + timedelta(days=count)


def months_after(on: date, count: int) -> date:
    """The day with the same number `count` months on; the month's last day where it has none.

    民法典 202: 到期月的对应日为期间的最后一日；没有对应日的，月末日为期间的最后一日.
    """
    months = on.year * _MONTHS_A_YEAR + on.month - 1 + count
    year, month = months // _MONTHS_A_YEAR, months % _MONTHS_A_YEAR + 1
    return date(year, month, min(on.day, monthrange(year, month)[1]))


def years_after(on: date, count: int) -> date:
    """The same day `count` years on; 28 February for a leap day in a common year."""
    return months_after(on, count * _MONTHS_A_YEAR)


def off_holidays(last_day: date, working_days: WorkingDays) -> date:
    """The next working day where a last day falls on a day off; a 调休 weekend is a working day.

    民法典 203; 民事诉讼法(2023) 85(3).
    """
    return working_days.next_working(last_day)

"""The published working days of China and of the United States, without a database."""

from __future__ import annotations

from functools import cache

from core.calendars.models import CalendarDay
from core.calendars.published_days import published_days
from core.calendars.working_days import WorkingDays

_YEARS = range(2025, 2034)


@cache
def published(country: str) -> WorkingDays:
    days = [
        day for year in _YEARS for day in published_days(country=country, subdivision="", year=year)
    ]
    return WorkingDays(
        holidays=frozenset(day.on for day in days if day.kind == CalendarDay.Kind.HOLIDAY),
        workdays=frozenset(day.on for day in days if day.kind == CalendarDay.Kind.WORKDAY),
        years=frozenset(_YEARS),
    )

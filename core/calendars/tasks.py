"""Keeping the calendars filled for the years to come."""

from __future__ import annotations

from celery import shared_task

from core import clock
from core.audit import SYSTEM
from core.calendars.models import HolidayCalendar
from core.calendars.services import fill_year

_YEARS_AHEAD = 2


@shared_task(expires=3600)
def fill_coming_years() -> None:
    """Brings every calendar's present and coming years in line with what is published."""
    this_year = clock.now().year
    for code in HolidayCalendar.objects.order_by("code").values_list("code", flat=True):
        for year in range(this_year, this_year + _YEARS_AHEAD + 1):
            fill_year(code=code, year=year, by=SYSTEM)

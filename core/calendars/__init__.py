"""Holidays, working weekends and the arithmetic of working days."""

from core.calendars.models import CalendarDay, HolidayCalendar
from core.calendars.services import (
    UnknownCalendar,
    ensure_standard_calendars,
    fill_year,
    load,
    load_revision,
    remove_day,
    set_day,
)
from core.calendars.working_days import Convention, NoWorkingDay, WorkingDays

__all__ = [
    "CalendarDay",
    "Convention",
    "HolidayCalendar",
    "NoWorkingDay",
    "UnknownCalendar",
    "WorkingDays",
    "ensure_standard_calendars",
    "fill_year",
    "load",
    "load_revision",
    "remove_day",
    "set_day",
]

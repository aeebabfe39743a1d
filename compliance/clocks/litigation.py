"""Suits and the enforcement of what a court or an arbitral tribunal decided (诉讼, 执行)."""

from __future__ import annotations

from datetime import date
from typing import Final

from compliance.clocks.counting import days_after, off_holidays, years_after
from core.calendars.working_days import WorkingDays

_DOCKETING_DAYS: Final = 7
_APPEAL_DAYS: Final = 15
_ENFORCEMENT_YEARS: Final = 2


def docketed_by(filed_on: date, working_days: WorkingDays) -> date:
    """The court's last day to take the suit on or to refuse it: 7 days (民事诉讼法(2023) 126)."""
    return off_holidays(days_after(filed_on, _DOCKETING_DAYS), working_days)


def appeal_by(served_on: date, working_days: WorkingDays) -> date:
    """The last day to appeal: 15 days from service of the judgment (民事诉讼法(2023) 171).

    Each party counts from the day on which the judgment reached it.
    """
    return off_holidays(days_after(served_on, _APPEAL_DAYS), working_days)


def enforcement_by(perform_by: date, working_days: WorkingDays) -> date:
    """The last day to apply for enforcement: 2 years (民事诉讼法(2023) 250).

    Counted from the last day on which the debtor was to perform, or, where the document names
    none, from the day on which it took effect.
    """
    return off_holidays(years_after(perform_by, _ENFORCEMENT_YEARS), working_days)

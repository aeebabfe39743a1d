"""Until when the debt can be sued for (诉讼时效)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from compliance.clocks.counting import off_holidays, years_after
from core.calendars.working_days import WorkingDays

YEARS: Final = 3
_MOST_YEARS: Final = 20


def ends_on(
    last_instalment_due_on: date,
    working_days: WorkingDays,
    *,
    interrupted_on: Iterable[date] = (),
    accelerated_to: date | None = None,
) -> date:
    """The last day of the period, which the debtor may plead and no court applies by itself.

    3 years from the due date of the last instalment (民法典 188, 189), or from the day to which
    the whole debt was called due, where that is earlier. It begins again on the day on which a
    demand reached or should have reached the debtor, the debtor agreed to pay, or suit, a
    payment order or preservation was applied for (195; 时效规定 8, 9, 11). What came before the
    period began or after it was over interrupts nothing. Never later than 20 years from the due
    date (188(2)), which nothing interrupts. A last day on a holiday moves (203).
    """
    due_on = min(last_instalment_due_on, accelerated_to or last_instalment_due_on)
    cap_on = years_after(due_on, _MOST_YEARS)
    last_day = off_holidays(years_after(due_on, YEARS), working_days)
    for event_on in sorted(interrupted_on):
        if due_on <= event_on <= last_day:
            last_day = off_holidays(years_after(event_on, YEARS), working_days)
    return min(last_day, cap_on)


def has_ended(last_day: date, on: date) -> bool:
    """Says whether the period is over on a day."""
    return on > last_day

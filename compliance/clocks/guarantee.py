"""Until when a guarantor can be asked to pay (保证期间)."""

from __future__ import annotations

from datetime import date
from typing import Final

from compliance.clocks.counting import months_after, off_holidays
from core.calendars.working_days import WorkingDays

MONTHS: Final = 6


def demand_by(
    main_debt_due_on: date, working_days: WorkingDays, agreed_until: date | None = None
) -> date:
    """The last day to ask a joint guarantor, or to sue where the guarantee is a general one.

    As agreed; else, and where what was agreed ends no later than the debt falls due, 6 months
    after the due date of the main debt (民法典 692, 693). Nothing interrupts or prolongs it. A
    last day on a holiday moves (203); an agreed day stays as it was agreed.
    """
    if agreed_until is not None and agreed_until > main_debt_due_on:
        return agreed_until
    return off_holidays(months_after(main_debt_due_on, MONTHS), working_days)

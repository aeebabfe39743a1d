"""The payment order (支付令)."""

from __future__ import annotations

from datetime import date
from typing import Final

from compliance.clocks.counting import days_after, off_holidays
from core.calendars.working_days import WorkingDays

_DAYS: Final = 15


def issued_by(accepted_on: date, working_days: WorkingDays) -> date:
    """The court's last day to issue the order: 15 days from acceptance (民事诉讼法(2023) 227)."""
    return off_holidays(days_after(accepted_on, _DAYS), working_days)


def answered_by(received_on: date, working_days: WorkingDays) -> date:
    """The debtor's last day to pay or object: 15 days from receipt (民事诉讼法(2023) 227).

    After it the order can be enforced.
    """
    return off_holidays(days_after(received_on, _DAYS), working_days)

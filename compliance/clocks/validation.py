"""The validation notice of Regulation F: sent by, received by, disputed until."""

from __future__ import annotations

from datetime import date
from typing import Final

from compliance.clocks.counting import days_after
from core.calendars.working_days import WorkingDays

_NOTICE_DAYS: Final = 5
_RECEIPT_BUSINESS_DAYS: Final = 5
_PERIOD_DAYS: Final = 30


def notice_by(first_communication_on: date) -> date:
    """The last day to send the notice after the first communication: 5 days.

    12 CFR 1006.34(a)(1)(i)(B). The text moves nothing for a weekend.
    """
    return days_after(first_communication_on, _NOTICE_DAYS)


def assumed_receipt_on(sent_on: date, federal: WorkingDays) -> date:
    """The earliest day on which receipt may be assumed: 5 business days after sending.

    12 CFR 1006.34(b)(5): without Saturdays, Sundays and the holidays of 5 USC 6103(a).
    """
    return federal.add_working_days(sent_on, _RECEIPT_BUSINESS_DAYS)


def period_ends_on(received_on: date) -> date:
    """The last day to dispute or to ask for the original creditor: 30 days after receipt.

    12 CFR 1006.34(b)(5). Until then nothing may overshadow these rights (1006.38(b)).
    """
    return days_after(received_on, _PERIOD_DAYS)

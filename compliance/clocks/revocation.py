"""By when it counts that somebody took consent back, or asked for something by word of mouth."""

from __future__ import annotations

from datetime import date
from typing import Final

from compliance.clocks.counting import days_after
from core.calendars.working_days import WorkingDays

_TCPA_BUSINESS_DAYS: Final = 10
_MA_ORAL_DAYS: Final = 10


def honour_by(revoked_on: date, federal: WorkingDays) -> date:
    """The last day to honour a revocation: 10 business days (47 CFR 64.1200(a)(10)).

    The law's limit, for the record of when it was done; the gate honours it at once.
    """
    return federal.add_working_days(revoked_on, _TCPA_BUSINESS_DAYS)


def oral_work_ban_through(asked_on: date) -> date:
    """The last day on which "do not call me at work", only said, holds: 10 days, then in writing.

    Massachusetts, 940 CMR 7.04(1).
    """
    return days_after(asked_on, _MA_ORAL_DAYS)

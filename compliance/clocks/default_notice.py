"""Default and arrears notices of the Consumer Credit Act 1974."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from compliance.clocks.counting import days_after, months_after

_REMEDY_DAYS: Final = 14
_ARREARS_DAYS: Final = 14
_ARREARS_MONTHS: Final = 6


def remedy_not_before(served_on: date) -> date:
    """The earliest date for remedy that the notice may name: 14 days after service (s.88(2))."""
    return days_after(served_on, _REMEDY_DAYS)


def enforcement_from(served_on: date) -> date:
    """The first day to end the agreement or recover goods: after 14 clear days (s.87(1), policy).

    Neither the day of service nor the day of enforcement is one of the fourteen.
    """
    return remedy_not_before(served_on) + timedelta(days=1)


def arrears_notice_by(triggered_on: date) -> date:
    """The last day for the notice of sums in arrears: 14 days after two missed payments (s.86B)."""
    return days_after(triggered_on, _ARREARS_DAYS)


def next_arrears_notice_by(last_notice_on: date) -> date:
    """The last day for the next one while arrears last: 6 months after the one before (s.86B)."""
    return months_after(last_notice_on, _ARREARS_MONTHS)

"""Preservation of property around a suit (财产保全): ruling, filing, duration, renewal."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from compliance.clocks.counting import days_after, off_holidays, years_after
from core.calendars.working_days import WorkingDays

_URGENT: Final = timedelta(hours=48)
_FILING_DAYS: Final = 30
_RULING_DAYS: Final = 5
_ENFORCEMENT_DAYS: Final = 5
_RENEWAL_DAYS: Final = 7


class Asset(StrEnum):
    """What is preserved; a car is a movable."""

    DEPOSIT = "deposit"
    MOVABLE = "movable"
    IMMOVABLE = "immovable"
    OTHER_RIGHT = "other_right"


#: The longest a measure holds, in years (民诉法解释 485).
YEARS: Final[dict[Asset, int]] = {
    Asset.DEPOSIT: 1,
    Asset.MOVABLE: 2,
    Asset.IMMOVABLE: 3,
    Asset.OTHER_RIGHT: 3,
}


def urgent_ruling_by(accepted_at: datetime) -> datetime:
    """By when the court rules before a suit, or in one where it is urgent: within 48 hours.

    民事诉讼法(2023) 103, 104. Hours run on through nights and holidays. Raises ValueError for an
    instant without its zone.
    """
    if accepted_at.tzinfo is None:
        raise ValueError("The instant of acceptance needs its time zone.")
    return accepted_at + _URGENT


def file_by(measures_taken_on: date, working_days: WorkingDays) -> date:
    """The last day to sue or to apply for arbitration, or the measure is lifted: 30 days.

    民事诉讼法(2023) 104(3); they run from the taking of the measure, not from the ruling.
    """
    return off_holidays(days_after(measures_taken_on, _FILING_DAYS), working_days)


def ruling_due_on(
    accepted_on: date, working_days: WorkingDays, security_given_on: date | None = None
) -> date:
    """The court's last day to rule during a suit: 5 days from acceptance, or from the security.

    财产保全规定 4. A licensed finance company may be excused from security (9(6)); where it is
    not, give the day on which it was put up.
    """
    begun_on = accepted_on if security_given_on is None else max(accepted_on, security_given_on)
    return off_holidays(days_after(begun_on, _RULING_DAYS), working_days)


def enforcement_begins_by(ruled_on: date, working_days: WorkingDays) -> date:
    """The court's last day to begin enforcing its ruling: 5 days (财产保全规定 4)."""
    return off_holidays(days_after(ruled_on, _ENFORCEMENT_DAYS), working_days)


def expires_on(sealed_on: date, asset: Asset | str) -> date:
    """The day on which a measure ends unless it is renewed: 1, 2 or 3 years (民诉法解释 485).

    Not moved off a holiday: nothing may hang on a seal that somebody may say has ended. Raises
    ValueError for another kind of asset.
    """
    return years_after(sealed_on, YEARS[Asset(asset)])


def renewal_request_by(expires_on: date, working_days: WorkingDays) -> date:
    """The last day to ask for renewal: at least 7 days before the end (财产保全规定 18).

    On a day off the request is due on the working day before, since it can be no later.
    """
    return working_days.previous_working(expires_on - timedelta(days=_RENEWAL_DAYS))

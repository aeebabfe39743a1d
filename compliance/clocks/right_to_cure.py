"""How long a borrower may cure the default before the car is taken, by state."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from compliance.clocks.counting import days_after

#: Days after the notice: WI 425.105, CO 5-5-110, SC, MA 255B s.20A, IA, MO, ME, WV, KS, NE, DC.
DAYS: Final[dict[str, int]] = {
    "WI": 15,
    "CO": 20,
    "SC": 20,
    "MA": 21,
    "IA": 20,
    "MO": 20,
    "ME": 14,
    "WV": 10,
    "KS": 20,
    "NE": 20,
    "DC": 15,
}
_COLORADO_DEFAULT_DAYS: Final = 10


class UnknownState(LookupError):
    """No cure period is on file for this state; counsel has to say."""


def cure_until(notice_given_on: date, state: str = "", days: int | None = None) -> date:
    """The last day to cure: the days that the notice itself states, else those of the state.

    Raises UnknownState where neither is known, since no entry does not mean no right, and
    ValueError for a notice that grants less than its state.
    """
    least = DAYS.get(state)
    if days is None and least is None:
        raise UnknownState(f"No cure period is on file for {state or 'an unnamed state'}.")
    granted = least if days is None else days
    if granted is None or granted < (least or 1):
        raise ValueError(f"{days} days are too few; {state or 'a notice'} grants {least or 1}.")
    return days_after(notice_given_on, granted)


def taking_from(notice_given_on: date, state: str = "", days: int | None = None) -> date:
    """The first day on which the car may be taken: the day after the last one to cure."""
    return cure_until(notice_given_on, state, days) + timedelta(days=1)


def colorado_notice_from(defaulted_on: date) -> date:
    """The first day for the notice of default in Colorado: after 10 days' default (5-5-110)."""
    return days_after(defaulted_on, _COLORADO_DEFAULT_DAYS)

"""Breathing space (Debt Respite Scheme Regulations 2020, England and Wales)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, NamedTuple

from compliance.clocks.counting import days_after, months_after

_DAYS: Final = 60
_REVIEW_FROM_DAY: Final = 25
_REVIEW_TO_DAY: Final = 35
_AFTER_TREATMENT_DAYS: Final = 30
_ONCE_IN_MONTHS: Final = 12


class Span(NamedTuple):
    """First and last day."""

    first: date
    last: date


def starts_on(registered_on: date) -> date:
    """The first day: the one after the entry in the register."""
    return registered_on + timedelta(days=1)


def standard_ends_on(starts_on: date) -> date:
    """The last day of a standard one: its first day is day 1 of 60 (reg. 26)."""
    return starts_on + timedelta(days=_DAYS - 1)


def review_between(starts_on: date) -> Span:
    """When the adviser reviews a standard one: from day 25 to day 35 (reg. 27)."""
    first_day = timedelta(days=1)
    return Span(
        starts_on + timedelta(days=_REVIEW_FROM_DAY) - first_day,
        starts_on + timedelta(days=_REVIEW_TO_DAY) - first_day,
    )


def mental_health_ends_on(treatment_ended_on: date) -> date:
    """The last day of one in a mental-health crisis: 30 days after the treatment (reg. 32)."""
    return days_after(treatment_ended_on, _AFTER_TREATMENT_DAYS)


def next_standard_from(starts_on: date) -> date:
    """The first day of another standard one: one in 12 months."""
    return months_after(starts_on, _ONCE_IN_MONTHS)

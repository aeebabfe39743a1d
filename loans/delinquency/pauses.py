"""Days on which ageing stood still."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from loans.delinquency.conventions import Conventions, PauseCounting
from loans.delinquency.results import PausePeriod


def running(pauses: Sequence[PausePeriod], on: date) -> PausePeriod | None:
    """The pause that holds the night after this day, if any; the last that began."""
    held = [p for p in pauses if p.starts_on <= on < p.ends_on]
    return max(held, key=lambda p: (p.starts_on, p.ends_on)) if held else None


def paused_days(
    pauses: Sequence[PausePeriod], *, oldest: date | None, as_of: date, conventions: Conventions
) -> int:
    """Days up to `as_of` that do not count as delinquent, overlaps counted once.

    The end day of a pause counts again. By default only days after the oldest unpaid due date are
    taken off; PauseCounting.ALL takes off all (Fineract does).
    """
    if oldest is None or not pauses:
        return 0
    from_on = oldest if conventions.pause_counting is PauseCounting.AFTER_DUE else date.min
    days = 0
    counted_to = from_on
    for pause in sorted(pauses, key=lambda p: (p.starts_on, p.ends_on)):
        start = max(pause.starts_on, counted_to)
        end = min(pause.ends_on, as_of)
        if end > start:
            days += (end - start).days
            counted_to = end
    return days


def overlapping(pauses: Sequence[PausePeriod], candidate: PausePeriod) -> PausePeriod | None:
    """A pause that shares a day with the candidate; touching ends are no overlap."""
    for pause in pauses:
        if pause.starts_on < candidate.ends_on and candidate.starts_on < pause.ends_on:
            return pause
    return None

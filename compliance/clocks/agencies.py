"""How long an agency may be used on the strength of its last evaluation."""

from __future__ import annotations

from datetime import date
from typing import Final

from compliance.clocks.counting import days_after

_DAYS: Final = 365


def evaluation_good_through(evaluated_on: date) -> date:
    """The last day for which an evaluation suffices: at least one a year (GB/T 45251-2025)."""
    return days_after(evaluated_on, _DAYS)

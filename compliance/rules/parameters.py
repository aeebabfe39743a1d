"""What a rule may be told by a rule pack, and the sentence when a document tells it otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value: whether it fits, what to say when it does not, and whether it may be left out."""

    fits: Callable[[Any], bool]
    expected: Promise
    is_required: bool = False

    def required(self) -> Parameter:
        """The same parameter, which a document must give."""
        return Parameter(self.fits, self.expected, is_required=True)


def clock_time() -> Parameter:
    """A time of day such as 08:00; 24:00 is the end of the day."""
    return Parameter(_is_clock, _("a time of day such as 08:00"))


def whole_number(*, least: int = 0) -> Parameter:
    """A whole number not below `least`."""
    return Parameter(
        lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= least,
        _("a whole number"),
    )


def day_steps(*, most: int) -> Parameter:
    """Days that grow from step to step, e.g. [15, 30, 60]: the first term, then its extensions."""
    return Parameter(
        lambda value: (
            isinstance(value, list)
            and 1 <= len(value) <= most
            and all(isinstance(days, int) and not isinstance(days, bool) for days in value)
            and all(before < after for before, after in pairwise([0, *value]))
        ),
        _("days that grow, such as [15, 30, 60]"),
    )


def flag() -> Parameter:
    """Yes or no."""
    return Parameter(lambda value: isinstance(value, bool), _("true or false"))


def word(*, of: Iterable[str]) -> Parameter:
    """One word of a closed list."""
    known = frozenset(str(item) for item in of)
    return Parameter(
        lambda value: isinstance(value, str) and value in known, _("one of the known words")
    )


def words(*, of: Iterable[str] = ()) -> Parameter:
    """A list of words, of a closed list where one is given."""
    known = frozenset(str(item) for item in of)
    return Parameter(
        lambda value: (
            isinstance(value, list)
            and all(isinstance(item, str) for item in value)
            and (not known or known.issuperset(value))
        ),
        _("a list of known words"),
    )


def fraction() -> Parameter:
    """A share written as two whole numbers, e.g. [1, 3]."""
    return Parameter(
        lambda value: (
            isinstance(value, list)
            and len(value) == 2
            and all(isinstance(part, int) and part > 0 for part in value)
        ),
        _("a share such as [1, 3]"),
    )


def days_by_place() -> Parameter:
    """Whole days by country and region, e.g. {"US-WI": 15}."""
    return Parameter(
        lambda value: (
            isinstance(value, Mapping)
            and all(isinstance(days, int) and days >= 0 for days in value.values())
        ),
        _('days by place such as {"US-WI": 15}'),
    )


def agencies() -> Parameter:
    """Agencies by code, each with the day it was evaluated and the last day of its agreement."""
    return Parameter(_are_agencies, _("agencies, each with evaluated_on and agreement_until"))


def _is_clock(value: Any) -> bool:
    if value == "24:00":
        return True
    try:
        read = time.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    # A time with a zone, which ISO knows too, could not be compared with a clock on the wall.
    return read.tzinfo is None


def _are_agencies(value: Any) -> bool:
    if not isinstance(value, Mapping):
        return False
    try:
        for agency in value.values():
            date.fromisoformat(agency["evaluated_on"])
            date.fromisoformat(agency["agreement_until"])
    except (TypeError, KeyError, ValueError):
        return False
    return True


def parse_clock(value: str) -> time | None:
    """Returns a time of day, or nothing for 24:00, the end of the day."""
    return None if value == "24:00" else time.fromisoformat(value)

"""The points table: what makes one person more urgent than another. Pure; SQL of the same rules.

A table is a list of bands. Each names a factor, from and to which value it holds (both included,
empty: open), and its points; a band with `each` gives its points for every so many, without a
limit, which is how waiting outweighs everything in the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

#: More in one band would drown every other factor.
MOST_POINTS: Final = 1_000


class Factor(models.TextChoices):
    """What a band looks at. The values are columns of the ranking."""

    DAYS_TO_ROLL = "days_to_roll", gettext_lazy("days until the next bucket")
    DAYS_PAST_DUE = "days_past_due", gettext_lazy("days past due")
    OVERDUE = "overdue_amount", gettext_lazy("amount past due")
    DAYS_WITHOUT_CONTACT = "days_without_contact", gettext_lazy("days without a contact")
    NEVER_CONTACTED = "never_contacted", gettext_lazy("nobody has tried yet")
    FIRST_MISSED = "first_missed", gettext_lazy("the first instalment is not paid")
    PROMISE_BROKEN = "promise_broken", gettext_lazy("a promise was broken in this episode")
    STRAINED = "relationship_strained", gettext_lazy("the relationship is strained")
    HOT = "relationship_hot", gettext_lazy("the relationship is hot")


#: Factors that hold or do not; their bands have no values.
YES_NO: Final = frozenset(
    {Factor.NEVER_CONTACTED, Factor.FIRST_MISSED, Factor.PROMISE_BROKEN}
    | {Factor.STRAINED, Factor.HOT}
)


@dataclass(frozen=True, slots=True)
class Band:
    """One line of the table. `currency` is for amounts, and needed there; `each` for no limit."""

    factor: str
    points: int
    at_least: int | None = None
    at_most: int | None = None
    each: int | None = None
    currency: str = ""

    def as_data(self) -> dict[str, Any]:
        """Returns what is stored of it: only what is said."""
        said = {
            "at_least": self.at_least,
            "at_most": self.at_most,
            "each": self.each,
            "currency": self.currency or None,
        }
        return {"factor": str(self.factor), "points": self.points} | {
            name: value for name, value in said.items() if value is not None
        }


@dataclass(frozen=True, slots=True)
class Earned:
    """Points that one band gave, and the value it looked at (None where it is yes or no)."""

    factor: str
    points: int
    value: int | Decimal | None

    def as_data(self) -> dict[str, Any]:
        value = str(self.value) if isinstance(self.value, Decimal) else self.value
        return {"code": str(self.factor), "points": self.points, "value": value}


STANDARD: Final[tuple[Band, ...]] = (
    Band(Factor.DAYS_TO_ROLL, 40, at_most=1),
    Band(Factor.DAYS_TO_ROLL, 25, at_least=2, at_most=3),
    Band(Factor.DAYS_TO_ROLL, 10, at_least=4, at_most=7),
    # Most of the first days pay by themselves after a reminder.
    Band(Factor.DAYS_PAST_DUE, -20, at_most=5),
    Band(Factor.OVERDUE, 10, at_least=3_000, at_most=9_999, currency="CNY"),
    Band(Factor.OVERDUE, 20, at_least=10_000, currency="CNY"),
    Band(Factor.OVERDUE, 10, at_least=500, at_most=1_499, currency="USD"),
    Band(Factor.OVERDUE, 20, at_least=1_500, currency="USD"),
    Band(Factor.NEVER_CONTACTED, 15),
    Band(Factor.FIRST_MISSED, 20),
    Band(Factor.PROMISE_BROKEN, 15),
    # Pressing on where it hurts makes it worse: others come first.
    Band(Factor.STRAINED, -15),
    Band(Factor.HOT, -40),
    Band(Factor.DAYS_WITHOUT_CONTACT, 2, each=1),
)


def bands_of(data: Iterable[Mapping[str, Any]]) -> tuple[Band, ...]:
    """Reads stored bands back."""
    return tuple(Band(**row) for row in data)


def earned(bands: Sequence[Band], facts: Mapping[str, Any]) -> list[Earned]:
    """Returns what each band that holds gives, the most points first.

    Arguments: facts by the names of the factors, amounts as Decimal in the portfolio's currency,
    and `currency`. A value that is not known holds no band.
    """
    found = [
        Earned(band.factor, points, None if band.factor in YES_NO else facts[band.factor])
        for band in bands
        if (points := _points(band, facts))
    ]
    return sorted(found, key=lambda one: -one.points)


def _points(band: Band, facts: Mapping[str, Any]) -> int:
    value = facts[band.factor]
    if band.factor in YES_NO:
        return band.points if value else 0
    if value is None or (band.currency and band.currency != facts["currency"]):
        return 0
    if band.each is not None:
        return int(value // band.each) * band.points
    # Bands stand side by side in whole numbers: 9,999.50 is still in the one that ends at 9,999.
    whole = int(value // 1)
    if band.at_least is not None and whole < band.at_least:
        return 0
    return 0 if band.at_most is not None and whole > band.at_most else band.points


def points_sql(bands: Sequence[Band]) -> str:
    """Returns the sum of points as SQL over columns named as the factors, and `currency`.

    Every part is a number or a checked word of the table itself; see `problems_of`.
    """
    if problems := problems_of(bands):
        raise ValueError(" ".join(problems))
    return " + ".join(["0", *(_band_sql(band) for band in bands)])


def _band_sql(band: Band) -> str:
    column = str(Factor(band.factor).value)
    if band.factor in YES_NO:
        return f"CASE WHEN {column} THEN {band.points} ELSE 0 END"
    holds = [f"{column} IS NOT NULL"]
    if band.currency:
        holds.append(f"currency = '{band.currency}'")
    if band.each is not None:
        given = f"floor({column} / {band.each}::numeric)::bigint * {band.points}"
    else:
        given = str(band.points)
        if band.at_least is not None:
            holds.append(f"floor({column}) >= {band.at_least}")
        if band.at_most is not None:
            holds.append(f"floor({column}) <= {band.at_most}")
    return f"CASE WHEN {' AND '.join(holds)} THEN {given} ELSE 0 END"


def problems_of(bands: Sequence[Band]) -> list[str]:
    """Returns what is wrong with a table, in sentences; nothing when it can rank."""
    problems = [problem for band in bands for problem in _problems_of_one(band)]
    if not bands:
        problems.append(_("A table needs at least one line."))
    for number, band in enumerate(bands):
        if any(_meet(band, other) for other in bands[:number]):
            problems.append(_("Two lines of “%(factor)s” meet.") % {"factor": _name(band)})
    if not any(_rewards_waiting(band) for band in bands):
        problems.append(
            _(
                "Nothing here rewards waiting: give points for every so many days without a"
                " contact, or somebody is never called."
            )
        )
    return problems


def checked(bands: Sequence[Band]) -> tuple[Band, ...]:
    """Returns the bands. Raises ValidationError with every problem."""
    if problems := problems_of(bands):
        raise ValidationError(problems)
    return tuple(bands)


def _rewards_waiting(band: Band) -> bool:
    return band.factor == Factor.DAYS_WITHOUT_CONTACT and bool(band.each) and band.points > 0


def _problems_of_one(band: Band) -> list[str]:
    if band.factor not in Factor.values:
        return [_("“%(factor)s” is no factor of the table.") % {"factor": band.factor}]
    words = {"factor": _name(band)}
    problems = []
    if not 0 < abs(band.points) <= MOST_POINTS:
        problems.append(_("“%(factor)s”: give 1 to 1,000 points, or take as many.") % words)
    has_values = band.at_least is not None or band.at_most is not None
    if band.factor in YES_NO:
        if has_values or band.each is not None:
            problems.append(_("“%(factor)s” holds or does not: leave its values empty.") % words)
    elif band.each is not None:
        if band.each < 1 or has_values:
            problems.append(
                _("“%(factor)s”: for every so many, say one whole number and no limits.") % words
            )
    elif not has_values:
        problems.append(_("“%(factor)s”: say from where or up to where it holds.") % words)
    elif _is_backwards(band):
        problems.append(_("“%(factor)s”: it ends before it begins.") % words)
    is_code = len(band.currency) == 3 and band.currency.isascii() and band.currency.isupper()
    if band.factor == Factor.OVERDUE and not is_code:
        problems.append(_("“%(factor)s”: say of which currency, in three capitals.") % words)
    if band.factor != Factor.OVERDUE and band.currency:
        problems.append(_("“%(factor)s” has no currency.") % words)
    return problems


def _is_backwards(band: Band) -> bool:
    first, last = band.at_least, band.at_most
    return first is not None and last is not None and first > last


def _meet(one: Band, other: Band) -> bool:
    if (one.factor, one.currency) != (other.factor, other.currency):
        return False
    if (one.each is None) != (other.each is None):
        return False
    if one.each is not None or one.factor in YES_NO:
        return True
    return _starts_by(one, other.at_most) and _starts_by(other, one.at_most)


def _starts_by(band: Band, end: int | None) -> bool:
    return band.at_least is None or end is None or band.at_least <= end


def _name(band: Band) -> str:
    return str(Factor(band.factor).label)

"""What a plan says: its kind and figures, what they must be, and spreading payments over days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collections_app.plans.flow import MOVING, PAID, PlanKind
from collections_app.promises.limits import Part
from loans.contracts.due_dates import add_periods
from loans.contracts.terms import MONTHLY

NOTHING: Final = Decimal("0.00")
#: More instalments than this are a new contract.
MOST_PARTS: Final = 36
FURTHEST: Final = timedelta(days=3 * 366)
MOST_MONTHS: Final = 12
_LARGEST: Final = Decimal("999999999999.99")


class Rhythm(models.TextChoices):
    """How far the payments of a plan lie apart."""

    MONTH = "month", gettext_lazy("every month")
    FORTNIGHT = "fortnight", gettext_lazy("every two weeks")
    WEEK = "week", gettext_lazy("every week")


_DAYS: Final = {Rhythm.FORTNIGHT: 14, Rhythm.WEEK: 7}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is proposed. `months` of a deferral counts instalments; `given_up` of a waiver money."""

    kind: PlanKind
    parts: tuple[Part, ...] = ()
    months: int = 0
    given_up: Decimal = NOTHING

    @property
    def total(self) -> Decimal:
        return sum((part.amount for part in self.parts), NOTHING)

    @property
    def last_on(self) -> date | None:
        return max((part.due_on for part in self.parts), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where the loan stands when a plan is thought of; `today` is the day at the portfolio."""

    today: date
    past_due: Decimal
    outstanding: Decimal
    late_charges: Decimal


def spread(
    *, count: int, amount: Decimal, first_on: date, rhythm: str, pay_now: Decimal, today: date
) -> tuple[Part, ...]:
    """Returns the payments: what is paid at once, today, then `count` times the amount."""
    now = [Part(pay_now, today)] if pay_now > 0 else []
    return (*now, *(Part(amount, _later(first_on, number, rhythm)) for number in range(count)))


def _later(first_on: date, number: int, rhythm: str) -> date:
    if rhythm in _DAYS:
        return first_on + timedelta(days=_DAYS[Rhythm(rhythm)] * number)
    return add_periods(first_on, period=MONTHLY, count=number)


def check_terms(terms: Terms, standing: Standing) -> None:
    """Raises ValidationError, saying what to change, for terms that nobody can agree to."""
    if terms.kind in PAID:
        _check_parts(terms.parts, standing.today)
        _check_total(terms, standing)
    elif terms.kind in MOVING:
        if not 1 <= terms.months <= MOST_MONTHS:
            raise ValidationError(_("It moves by 1 to 12 months."))
    else:
        _check_money([terms.given_up])
        if terms.given_up > standing.late_charges:
            raise ValidationError(
                _("Only %(amount)s of late charges and fees is past due; waive at most that.")
                % {"amount": f"{standing.late_charges:,.2f}"}
            )


def _check_parts(parts: Sequence[Part], today: date) -> None:
    if not parts:
        raise ValidationError(_("Say what is paid: an amount and a day."))
    if len(parts) > MOST_PARTS:
        raise ValidationError(_("A plan has at most %(most)d payments.") % {"most": MOST_PARTS})
    _check_money(part.amount for part in parts)
    if any(part.due_on < today for part in parts):
        raise ValidationError(_("The first payment lies before today."))
    if any(part.due_on > today + FURTHEST for part in parts):
        raise ValidationError(_("The last payment lies more than three years ahead."))
    if len({part.due_on for part in parts}) != len(parts):
        raise ValidationError(_("Each payment has a day of its own."))


def _check_money(amounts: Iterable[Decimal]) -> None:
    for amount in amounts:
        if not amount.is_finite() or not 0 < amount <= _LARGEST:
            raise ValidationError(_("Each amount must be more than zero."))
        if amount != round(amount, 2):
            raise ValidationError(_("An amount has at most two decimals."))


def _check_total(terms: Terms, standing: Standing) -> None:
    owed = standing.outstanding
    if terms.kind == PlanKind.SETTLEMENT:
        if owed <= 0:
            raise ValidationError(
                _("The lender has not stated what is owed in all; a settlement needs it.")
            )
        if terms.total >= owed:
            raise ValidationError(
                _("A settlement is less than what is owed in all; agree an arrangement instead.")
            )
    elif owed and terms.total > owed:
        raise ValidationError(
            _("That is more than is owed in all (%(owed)s).") % {"owed": f"{owed:,.2f}"}
        )

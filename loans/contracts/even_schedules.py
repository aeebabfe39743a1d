"""The schedule of an even annuity: equal instalments, every period at one rate, to the cent.

Nearly every loan of a portfolio has such terms. The rows are those of `schedules.make_schedule`,
which calls this first, worked out without an object for each of them; terms with anything that
bends a single row (grace, balloon, odd days, a stated instalment) are left to it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from loans.contracts.due_dates import accrual_periods
from loans.contracts.rates import nominal_factor
from loans.contracts.terms import (
    CENT,
    DayCount,
    FirstPeriod,
    Levelling,
    Method,
    Residue,
    Terms,
    WorkingDayCalendar,
)

_ONE: Final = Decimal(1)
_NO_MONEY: Final = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class EvenSchedule:
    """The columns of a schedule, instalment by instalment; dates may be shared among loans."""

    from_dates: tuple[dt.date, ...]
    due_dates: tuple[dt.date, ...]
    principals: list[Decimal]
    interests: list[Decimal]


def even_schedule(terms: Terms, calendar: WorkingDayCalendar | None = None) -> EvenSchedule | None:
    """Returns the schedule of even terms; None for others, and where no schedule fits them.

    Called in the decimal context of `make_schedule`, with terms that `require_possible` let pass.
    Raises ImpossibleTerms where due dates coincide.
    """
    if not _is_even(terms):
        return None
    from_dates, due_dates = _dates(terms, calendar)
    factor = nominal_factor(terms)
    growth, payments = _growth(factor, terms.periods)
    unit, mode = CENT, terms.money_rounding.mode
    level = (terms.principal * growth / payments).quantize(
        unit, rounding=terms.instalment_rounding.mode
    )
    balance = terms.principal
    principals: list[Decimal] = []
    interests: list[Decimal] = []
    for _period in range(terms.periods):
        interest = (balance * factor).quantize(unit, rounding=mode)
        principal = level - interest
        if principal < 0 or balance <= 0:
            return None
        balance -= principal
        principals.append(principal)
        interests.append(interest)
    # What rounding left over is the last one's; its interest was charged on the balance before.
    principals[-1] += balance
    if principals[-1] <= 0:
        return None
    return EvenSchedule(from_dates, due_dates, principals, interests)


def _is_even(terms: Terms) -> bool:
    return (
        terms.method is Method.ANNUITY
        and terms.levelling is Levelling.REGULAR_PERIODS
        and terms.first_period is FirstPeriod.FULL
        and terms.residue is Residue.LAST
        and (terms.annual_rate is None or terms.day_count is DayCount.EQUAL_PERIODS)
        and terms.instalment is None
        and not (terms.principal_grace or terms.interest_grace or terms.interest_free)
        and not (terms.down_payment or terms.down_payment_rate or terms.balloon)
        and terms.money_unit == CENT == terms.instalment_unit
        and terms.principal == terms.principal.quantize(CENT)
    )


def _dates(
    terms: Terms, calendar: WorkingDayCalendar | None
) -> tuple[tuple[dt.date, ...], tuple[dt.date, ...]]:
    """The dates of the periods; those of loans paid out on one day are worked out once."""
    if calendar is not None or terms.due_dates is not None:
        return _worked_out(terms, calendar)
    key = (
        terms.periods,
        terms.start_on,
        terms.first_due_on,
        terms.period.unit._value_,
        terms.period.every,
        terms.due_day._value_,
        terms.day_of_month,
        terms.dates_from._value_,
        terms.shift._value_,
        terms.accrual._value_,
    )
    known = _KNOWN.get(key)
    if known is None:
        if len(_KNOWN) == _REMEMBERED:
            _KNOWN.clear()
        known = _KNOWN[key] = _worked_out(terms, calendar)
    return known


_REMEMBERED: Final = 4_096
_KNOWN: Final[dict[tuple[object, ...], tuple[tuple[dt.date, ...], tuple[dt.date, ...]]]] = {}


def _worked_out(
    terms: Terms, calendar: WorkingDayCalendar | None
) -> tuple[tuple[dt.date, ...], tuple[dt.date, ...]]:
    periods = accrual_periods(terms, calendar)
    return tuple([p.from_on for p in periods]), tuple([p.due_on for p in periods])


@lru_cache(maxsize=1_024)
def _growth(factor: Decimal, periods: int) -> tuple[Decimal, Decimal]:
    """What one unit of money, and payments of one unit, are worth at the end; see `annuity`."""
    growth, payments = _ONE, Decimal(0)
    for _period in range(periods):
        payments += growth
        growth *= 1 + factor
    return growth, payments

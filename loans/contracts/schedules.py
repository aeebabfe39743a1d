"""Repayment schedules made from terms.

Annuity A = P·r / (1 - (1 + r)^-n), equal principal P/n, flat P/n + P·r; with grace, balloon, an odd
first period and rounding as the terms say. Formulas and their sources: docs/conventions.md.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Context, Decimal, localcontext

from loans.contracts.amortisation import (
    Row,
    annuity_rows,
    equal_principal_rows,
    flat_rows,
    round_instalment,
    round_money,
)
from loans.contracts.due_dates import AccrualPeriod, accrual_periods
from loans.contracts.even_schedules import EvenSchedule, even_schedule
from loans.contracts.feasibility import require_possible
from loans.contracts.rates import rate_periods, stub_factor
from loans.contracts.terms import (
    ZERO,
    ImpossibleTerms,
    Method,
    Residue,
    ScheduledInstalment,
    Terms,
    WorkingDayCalendar,
)

_PRECISION = 40  # digits; enough that no rounding of a power reaches a cent


def make_schedule(
    terms: Terms, calendar: WorkingDayCalendar | None = None
) -> tuple[ScheduledInstalment, ...]:
    """Make the repayment schedule of these terms, the down payment first where there is one.

    Principal parts sum to terms.principal exactly, no part is negative, due dates increase. A
    stated instalment that pays the loan off early ends the schedule early. calendar moves due dates
    off holidays and is needed only when terms.shift asks for it.

    Raises ImpossibleTerms, saying what to change.
    """
    even = make_even_schedule(terms, calendar)
    if even is None:
        return make_row_by_row(terms, calendar)
    columns = zip(even.from_dates, even.due_dates, even.principals, even.interests, strict=True)
    return tuple([ScheduledInstalment(number, *row) for number, row in enumerate(columns, 1)])


def make_even_schedule(
    terms: Terms, calendar: WorkingDayCalendar | None = None
) -> EvenSchedule | None:
    """Make the schedule of even terms as columns; None for other terms, and where none fits them.

    Raises ImpossibleTerms for terms that contradict themselves.
    """
    require_possible(terms)
    with localcontext(Context(prec=_PRECISION)):
        return even_schedule(terms, calendar)


def make_row_by_row(
    terms: Terms, calendar: WorkingDayCalendar | None = None
) -> tuple[ScheduledInstalment, ...]:
    """Make the schedule of any terms that `require_possible` let pass; see `make_schedule`."""
    with localcontext(Context(prec=_PRECISION)):
        down_payment = down_payment_of(terms)
        financed = terms.principal - down_payment
        if financed <= 0:
            raise ImpossibleTerms(
                f"the down payment rounds up to the principal {terms.principal}; lower its rate"
            )
        if terms.balloon > financed:
            raise ImpossibleTerms(
                f"balloon {terms.balloon} is more than the {financed} left after the down payment; "
                "lower it"
            )
        rows = _rows(terms, financed, accrual_periods(terms, calendar))
        return tuple(_numbered(terms, down_payment, rows))


def down_payment_of(terms: Terms) -> Decimal:
    """Amount due on the day of disbursement; a rate gives an amount rounded like an instalment."""
    if not terms.down_payment_rate:
        return terms.down_payment
    return round_instalment(terms, terms.principal * terms.down_payment_rate)


def _numbered(
    terms: Terms, down_payment: Decimal, rows: list[Row]
) -> Iterator[ScheduledInstalment]:
    offset = 1
    if down_payment:
        start = terms.start_on
        yield ScheduledInstalment(1, start, start, down_payment, ZERO, is_down_payment=True)
        offset = 2
    for number, row in enumerate(rows, offset):
        period = row.period
        yield ScheduledInstalment(
            number, period.from_on, period.due_on, row.principal, row.interest
        )


def _rows(terms: Terms, financed: Decimal, periods: tuple[AccrualPeriod, ...]) -> list[Row]:
    stubs = [
        Row(period, ZERO, round_money(terms, financed * stub_factor(terms, period)))
        for period in periods
        if period.is_separate_stub
    ]
    rated = rate_periods(terms, [period for period in periods if not period.is_separate_stub])
    make = {
        Method.ANNUITY: annuity_rows,
        Method.EQUAL_PRINCIPAL: equal_principal_rows,
        Method.FLAT: flat_rows,
    }[terms.method]
    rows = _with_residue(terms, financed, make(terms, financed, rated))
    return stubs + _with_interest_deferred(terms, rows)


def _with_residue(terms: Terms, financed: Decimal, made: Iterator[Row]) -> list[Row]:
    """Give what rounding left over to the instalment that absorbs it.

    Its interest stays: that was charged on the balance, which does not depend on the last part.
    """
    rows = list(made)
    at = -1 if terms.residue is Residue.LAST else min(terms.principal_grace, len(rows) - 1)
    principal = rows[at].principal + financed - sum((row.principal for row in rows), ZERO)
    if principal < 0:
        raise ImpossibleTerms(
            f"rounding leaves {-principal} too little for the instalment due on "
            f"{rows[at].period.due_on}; use a smaller rounding unit"
        )
    rows[at] = replace(rows[at], principal=principal)
    return rows


def _with_interest_deferred(terms: Terms, rows: list[Row]) -> list[Row]:
    """Move the interest of the interest grace, without interest on it, to the first row after."""
    grace = min(terms.interest_grace, len(rows) - 1)
    if not grace:
        return rows
    deferred = sum((row.interest for row in rows[:grace]), ZERO)
    return [
        replace(row, interest=ZERO)
        if index < grace
        else replace(row, interest=row.interest + deferred * (index == grace))
        for index, row in enumerate(rows)
    ]

"""Repayment schedules made from terms.

Annuity A = P·r / (1 - (1 + r)^-n), equal principal P/n, flat P/n + P·r; with grace, balloon, an odd
first period and rounding as the terms say. Formulas and their sources: docs/conventions.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext

from loans.contracts.annuity import level_instalment
from loans.contracts.daycount import nominal_years, year_fraction
from loans.contracts.due_dates import AccrualPeriod, accrual_periods
from loans.contracts.feasibility import require_possible
from loans.contracts.terms import (
    ZERO,
    DayCount,
    FirstPeriod,
    ImpossibleTerms,
    Levelling,
    Method,
    Residue,
    ScheduledInstalment,
    StubDays,
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
    require_possible(terms)
    with localcontext() as context:
        context.prec = _PRECISION
        down_payment = down_payment_of(terms)
        financed = terms.principal - down_payment
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
    return terms.instalment_rounding.apply(
        terms.principal * terms.down_payment_rate, terms.instalment_unit
    )


@dataclass(frozen=True)
class _Row:
    """One period with what it brings, before it gets its number."""

    period: AccrualPeriod
    principal: Decimal
    interest: Decimal


@dataclass(frozen=True)
class _Accrual:
    """One period with its rates: what it charges, and what a regular one in its place would."""

    period: AccrualPeriod
    factor: Decimal
    regular_factor: Decimal


def _numbered(
    terms: Terms, down_payment: Decimal, rows: list[_Row]
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


def _rows(terms: Terms, financed: Decimal, periods: tuple[AccrualPeriod, ...]) -> list[_Row]:
    stubs = [
        _Row(period, ZERO, _money(terms, financed * _stub_factor(terms, period)))
        for period in periods
        if period.is_separate_stub
    ]
    accruals = _accruals(terms, [period for period in periods if not period.is_separate_stub])
    make = {
        Method.ANNUITY: _annuity,
        Method.EQUAL_PRINCIPAL: _equal_principal,
        Method.FLAT: _flat,
    }[terms.method]
    rows = _with_residue(terms, financed, make(terms, financed, accruals))
    return stubs + _with_interest_deferred(terms, rows)


def _money(terms: Terms, amount: Decimal) -> Decimal:
    return terms.money_rounding.apply(amount, terms.money_unit)


def _level(terms: Terms, amount: Decimal) -> Decimal:
    return terms.instalment_rounding.apply(amount, terms.instalment_unit)


# Rates


def _nominal_factor(terms: Terms) -> Decimal:
    """Rate of a regular period by number, whatever its days."""
    if terms.rate_per_period is not None:
        return terms.rate_per_period
    return (terms.annual_rate or ZERO) * nominal_years(terms.period)


def _regular_factor(terms: Terms, period: AccrualPeriod) -> Decimal:
    """Rate of the regular period that this one is, or stands for."""
    if terms.annual_rate is None or terms.day_count is DayCount.EQUAL_PERIODS:
        return _nominal_factor(terms)
    return terms.annual_rate * year_fraction(
        period.regular_from, period.regular_to, day_count=terms.day_count
    )


def _stub_factor(terms: Terms, period: AccrualPeriod) -> Decimal:
    """Rate of an odd period by its days."""
    by_number = terms.annual_rate is None or terms.day_count is DayCount.EQUAL_PERIODS
    if by_number or terms.stub_days is StubDays.SHARE_OF_PERIOD:
        days = (period.to_on - period.from_on).days
        regular_days = (period.regular_to - period.regular_from).days
        return _regular_factor(terms, period) * days / regular_days
    return (terms.annual_rate or ZERO) * year_fraction(
        period.from_on, period.to_on, day_count=terms.day_count
    )


def _accruals(terms: Terms, periods: list[AccrualPeriod]) -> list[_Accrual]:
    accruals = []
    for index, period in enumerate(periods):
        if index < terms.interest_free:
            accruals.append(_Accrual(period, ZERO, ZERO))
            continue
        regular = _regular_factor(terms, period)
        by_days = period.is_odd and terms.first_period is not FirstPeriod.FULL
        factor = _stub_factor(terms, period) if by_days else regular
        accruals.append(_Accrual(period, factor, regular))
    return accruals


def _splitting_factor(terms: Terms, accrual: _Accrual) -> Decimal:
    """Rate that decides how much of an instalment is principal."""
    on_top = terms.first_period is FirstPeriod.ON_TOP
    return accrual.regular_factor if on_top else accrual.factor


# Methods: each yields one row per period; what rounding leaves over is settled afterwards.


def _annuity(terms: Terms, financed: Decimal, accruals: list[_Accrual]) -> Iterator[_Row]:
    balance = financed
    level = _annuity_instalment(terms, balance, accruals[terms.principal_grace :])
    last = len(accruals) - 1
    for index, accrual in enumerate(accruals):
        interest = _money(terms, balance * accrual.factor)
        if index < terms.principal_grace:
            yield _Row(accrual.period, ZERO, interest)
            continue
        if terms.levelling is Levelling.EACH_PERIOD:
            level = _annuity_instalment(terms, balance, accruals[index:])
        covered = _money(terms, balance * _splitting_factor(terms, accrual))
        principal = _money(terms, level - covered)
        if principal < 0:
            raise ImpossibleTerms(
                f"instalment {level} does not cover the interest of {covered} due on "
                f"{accrual.period.due_on}; raise the instalment or shorten the first period"
            )
        if index == last:
            principal += terms.balloon
        elif principal >= balance:
            _require_stated(terms, accrual.period)
            yield _Row(accrual.period, balance, interest)
            return
        balance -= principal
        yield _Row(accrual.period, principal, interest)


def _annuity_instalment(terms: Terms, balance: Decimal, accruals: list[_Accrual]) -> Decimal:
    """Equal instalment for the rest of the term, rounded unless it is solved anew each period."""
    if terms.instalment is not None:
        return terms.instalment
    nominal = _nominal_factor(terms)
    if terms.levelling is Levelling.OWN_PERIODS:
        factors = [_splitting_factor(terms, accrual) for accrual in accruals]
    else:
        factors = [nominal if accrual.regular_factor else ZERO for accrual in accruals]
    level = level_instalment(balance, factors=factors, balloon=terms.balloon)
    return level if terms.levelling is Levelling.EACH_PERIOD else _level(terms, level)


def _equal_principal(terms: Terms, financed: Decimal, accruals: list[_Accrual]) -> Iterator[_Row]:
    balance = financed
    part = _level(terms, _equal_part(terms, financed))
    last = len(accruals) - 1
    for index, accrual in enumerate(accruals):
        interest = _money(terms, balance * accrual.factor)
        principal = ZERO if index < terms.principal_grace else part
        if index == last:
            principal += terms.balloon
        elif principal >= balance:
            _require_stated(terms, accrual.period)
        balance -= principal
        yield _Row(accrual.period, principal, interest)


def _flat(terms: Terms, financed: Decimal, accruals: list[_Accrual]) -> Iterator[_Row]:
    balance = financed
    part = _equal_part(terms, financed)
    interests = _flat_interest(terms, financed, accruals)
    last = len(accruals) - 1
    for index, accrual in enumerate(accruals):
        covered = _money(terms, financed * _splitting_factor(terms, accrual))
        principal = ZERO
        if index >= terms.principal_grace:
            principal = (terms.instalment or _level(terms, part + covered)) - covered
        if principal < 0:
            raise ImpossibleTerms(
                f"instalment {terms.instalment} does not cover the flat interest of {covered}; "
                "raise it"
            )
        if index == last:
            principal += terms.balloon
        elif principal >= balance:
            _require_stated(terms, accrual.period)
            principal = balance
        balance -= principal
        yield _Row(accrual.period, principal, interests[index])


def _flat_interest(terms: Terms, financed: Decimal, accruals: list[_Accrual]) -> list[Decimal]:
    """Interest of each period; the parts add up to P·r·t, rounded once as it is quoted."""
    left = _money(terms, financed * sum((accrual.factor for accrual in accruals), ZERO))
    absorbing = len(accruals) - 1 if terms.residue is Residue.LAST else 0
    interests = []
    for index, accrual in enumerate(accruals):
        part = _money(terms, financed * accrual.factor) if index != absorbing else ZERO
        interests.append(min(part, left))
        left -= interests[index]
    interests[absorbing] = left
    return interests


def _equal_part(terms: Terms, financed: Decimal) -> Decimal:
    return (financed - terms.balloon) / (terms.periods - terms.principal_grace)


def _require_stated(terms: Terms, period: AccrualPeriod) -> None:
    """A stated instalment may end a loan early; a computed one that does is rounded too far."""
    if terms.instalment is None:
        raise ImpossibleTerms(
            f"rounding the instalment to {terms.instalment_unit} pays the loan off on "
            f"{period.due_on} already, before its last period; use a smaller unit"
        )


# What rounding and grace leave over


def _with_residue(terms: Terms, financed: Decimal, made: Iterator[_Row]) -> list[_Row]:
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


def _with_interest_deferred(terms: Terms, rows: list[_Row]) -> list[_Row]:
    """Move the interest of the interest grace, without interest on it, to the first row after."""
    grace = min(terms.interest_grace, len(rows) - 1)
    deferred = sum((row.interest for row in rows[:grace]), ZERO)
    return [
        replace(row, interest=ZERO)
        if index < grace
        else replace(row, interest=row.interest + deferred * (index == grace))
        for index, row in enumerate(rows)
    ]

"""Loans of Apache Fineract's test suites as terms."""

import datetime as dt
from decimal import Decimal
from itertools import pairwise

from loans.conformance.reading import (
    Case,
    NotExpressible,
    read_date,
    read_fraction,
    read_number,
    read_period,
)
from loans.contracts.due_dates import add_periods
from loans.contracts.terms import (
    CENT,
    Accrual,
    DayCount,
    FirstPeriod,
    Levelling,
    Method,
    PeriodUnit,
    StubDays,
    Terms,
)

_DAY_COUNTS = {
    "30/360": DayCount.THIRTY_360,
    "actual/365": DayCount.ACTUAL_365,
    "actual/360": DayCount.ACTUAL_360,
    "actual/days_364": DayCount.ACTUAL_364,
    "actual/actual": DayCount.ACTUAL_ACTUAL,
}


def product_terms(case: Case, loan: Case) -> Terms:
    """A loan of a Fineract product, cumulative or progressive."""
    conventions = case["conventions"]
    multiples = conventions.get("instalments_rounded_to_multiples_of")
    flat = loan["interest_type"] == "FLAT"
    equal_principal = str(loan.get("amortisation")).startswith("EQUAL_PRINCIPAL")
    on_balance = Method.EQUAL_PRINCIPAL if equal_principal else Method.ANNUITY
    disbursed = loan.get("disbursed")
    if loan.get("grace_interest_periods"):
        raise NotExpressible(
            "the source accepts grace on interest payment but its rows charge the interest at once"
        )
    return Terms(
        principal=read_number(loan, "principal" if disbursed is None else "disbursed"),
        periods=int(loan["periods"]),
        start_on=read_date(loan, "start_date"),
        first_due_on=read_date(loan, "first_due"),
        annual_rate=read_fraction(loan, "annual_rate_pct"),
        period=read_period(loan),
        method=Method.FLAT if flat else on_balance,
        day_count=_product_day_count(loan),
        first_period=FirstPeriod.PRORATED,
        levelling=Levelling.OWN_PERIODS if _is_progressive(loan) else Levelling.REGULAR_PERIODS,
        principal_grace=int(loan.get("grace_principal_periods") or 0),
        # The source calls these periods interest free; its rows collect their interest afterwards.
        interest_grace=int(loan.get("interest_free_periods") or 0),
        down_payment_rate=Decimal(str(conventions.get("down_payment_pct") or 0)) / 100,
        # Multiples apply to equal instalments only, equal principal parts keep their cents.
        instalment_unit=Decimal(str(multiples)) if multiples and not equal_principal else CENT,
    )


def _is_progressive(loan: Case) -> bool:
    """Whether the product uses the annuity calculator that knows each period's length."""
    return "_EMI_" in loan.get("product", "")


def _product_day_count(loan: Case) -> DayCount:
    """Interest by whole periods, or by days.

    The setting is not always what the engine does: the rows of cumulative products under
    actual/actual follow actual/365, in leap years too.
    """
    if loan.get("interest_period") != "DAILY":
        return DayCount.EQUAL_PERIODS
    if loan.get("day_count") == "actual/actual" and not _is_progressive(loan):
        return DayCount.ACTUAL_365
    return _day_count(loan)


def _day_count(loan: Case) -> DayCount:
    stated = str(loan.get("day_count"))
    if stated not in _DAY_COUNTS:
        raise NotExpressible(f"day count {stated!r} is unknown")
    return _DAY_COUNTS[stated]


def calculator_terms(case: Case, loan: Case) -> Terms:
    """A case of Fineract's annuity calculator: the instalment follows from each period's length."""
    due_dates = _stated_due_dates(case, loan)
    return Terms(
        principal=read_number(loan, "principal"),
        periods=int(loan["periods"]),
        start_on=read_date(loan, "start_date"),
        first_due_on=read_date(loan, "first_due"),
        annual_rate=read_fraction(loan, "annual_rate_pct"),
        period=read_period(loan),
        day_count=_calculator_day_count(loan),
        levelling=Levelling.OWN_PERIODS,
        due_dates=due_dates,
        accrual=Accrual.ADJUSTED if _runs_from_due_dates(case) else Accrual.UNADJUSTED,
    )


def _calculator_day_count(loan: Case) -> DayCount:
    """A month is 30 of 360 days to this calculator even when its due date was moved."""
    if loan.get("day_count") == "30/360" and read_period(loan).unit is PeriodUnit.MONTH:
        return DayCount.EQUAL_PERIODS
    return _day_count(loan)


def _stated_due_dates(case: Case, loan: Case) -> tuple[dt.date, ...] | None:
    """Due dates that the case states beside its own rhythm, None where they follow from it."""
    first_due = read_date(loan, "first_due")
    stated = tuple(dt.date.fromisoformat(row["due"]) for row in case.get("schedule") or ())
    regular = tuple(
        add_periods(first_due, period=read_period(loan), count=count)
        for count in range(len(stated))
    )
    return None if stated == regular else stated


def _runs_from_due_dates(case: Case) -> bool:
    """Whether each period begins where the case says the one before fell due."""
    return all(
        later.get("from") == row["due"] for row, later in pairwise(case.get("schedule") or ())
    )


def late_payout_terms(case: Case, loan: Case) -> Terms:
    """Money paid out inside the first period: interest for the share of its days that are left."""
    return Terms(
        principal=read_number(loan, "principal"),
        periods=int(loan["periods"]),
        start_on=read_date(loan, "disbursed_on"),
        first_due_on=read_date(loan, "first_due"),
        annual_rate=read_fraction(loan, "annual_rate_pct"),
        period=read_period(loan),
        day_count=_day_count(loan),
        first_period=FirstPeriod.PRORATED,
        stub_days=StubDays.SHARE_OF_PERIOD,
        levelling=Levelling.OWN_PERIODS,
    )

"""Translation of a conformance case's loan into the terms of this system.

A case carries what another system's product was set to. Conventions that its format leaves to the
source (which rounding, how an odd first period is charged) follow from the source's own notes in
the case. Anything else is refused with a reason, so that a comparison never rests on a guess.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from loans.contracts.annuity import count_instalments
from loans.contracts.due_dates import add_periods
from loans.contracts.terms import (
    CENT,
    Accrual,
    DayCount,
    DueDay,
    FirstPeriod,
    Levelling,
    Method,
    Period,
    PeriodUnit,
    Residue,
    Rounding,
    Shift,
    StubDays,
    Terms,
)

Case = Mapping[str, Any]

_UNITS = {
    "DAYS": PeriodUnit.DAY,
    "WEEKS": PeriodUnit.WEEK,
    "MONTHS": PeriodUnit.MONTH,
    "YEARS": PeriodUnit.YEAR,
}
_DAY_COUNTS = {
    "30/360": DayCount.THIRTY_360,
    "actual/365": DayCount.ACTUAL_365,
    "actual/360": DayCount.ACTUAL_360,
    "actual/days_364": DayCount.ACTUAL_364,
    "actual/actual": DayCount.ACTUAL_ACTUAL,
}
_ONE = Decimal(1)


class NotExpressible(Exception):
    """The case needs something that terms do not say; the reason is for the report."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class WeekendsAndHolidays:
    """The calendar a case brings along: Saturdays, Sundays and its own holidays."""

    holidays: frozenset[dt.date]

    def shift(self, d: dt.date, convention: str, /) -> dt.date:
        """Move a date off a weekend or holiday; the cases know 'none' and 'following' only."""
        if convention == Shift.NONE:
            return d
        if convention != Shift.FOLLOWING:
            raise NotExpressible(f"no case moves due dates by '{convention}'")
        while d.weekday() >= 5 or d in self.holidays:
            d += dt.timedelta(days=1)
        return d


def terms_of(case: Case) -> Terms:
    """Terms of the case's loan. Raises NotExpressible with the reason when there are none."""
    loan = case.get("loan")
    if not loan:
        raise NotExpressible("the case has no loan terms")
    if "drawing" in (case.get("schedule") or [{}])[0]:
        raise NotExpressible("the loan is drawn in parts that each have a schedule of their own")
    translate = _translator(case, loan)
    return translate(case, loan)


def calendar_of(case: Case) -> WeekendsAndHolidays:
    """Holiday calendar of the case. Its due-date note names the holidays where no list does."""
    conventions = case.get("conventions") or {}
    listed = conventions.get("holidays")
    if listed is None:
        listed = _dates_in(conventions.get("due_dates", ""))
    return WeekendsAndHolidays(frozenset(dt.date.fromisoformat(text) for text in listed))


def _translator(case: Case, loan: Case) -> Callable[[Case, Case], Terms]:
    if "rate_per_period_pct" in loan:
        return _opencbs
    if "interest_type" in loan:
        return _fineract_product
    if "disbursed_on" in loan:
        return _fineract_late_payout
    if "days_in_year" in (case.get("conventions") or {}):
        return _fineract_annuity
    if "annual_rate_pct" in loan:
        return _frappe
    raise NotExpressible("the loan states neither an annual rate nor a rate per period")


def _dates_in(text: str) -> list[str]:
    words = text.replace(",", " ").replace(")", " ").split()
    return [word for word in words if len(word) == 10 and word[4] == word[7] == "-"]


def _date(loan: Case, key: str) -> dt.date:
    if not loan.get(key):
        raise NotExpressible(f"the loan has no {key}")
    return dt.date.fromisoformat(loan[key])


def _number(loan: Case, key: str) -> Decimal:
    if loan.get(key) is None:
        raise NotExpressible(f"the loan has no {key}")
    return Decimal(str(loan[key]))


def _fraction(loan: Case, key: str) -> Decimal:
    return _number(loan, key) / 100


def _period(loan: Case) -> Period:
    unit = _UNITS.get(str(loan.get("period_unit")))
    if unit is None:
        raise NotExpressible(f"period unit {loan.get('period_unit')!r} is unknown")
    return Period(unit, int(loan.get("every") or 1))


# Fineract


def _fineract_product(case: Case, loan: Case) -> Terms:
    """A loan of a Fineract product, cumulative or progressive."""
    conventions = case["conventions"]
    multiples = conventions.get("instalments_rounded_to_multiples_of")
    flat = loan["interest_type"] == "FLAT"
    equal_principal = loan.get("amortisation") == "EQUAL_PRINCIPAL"
    on_balance = Method.EQUAL_PRINCIPAL if equal_principal else Method.ANNUITY
    disbursed = loan.get("disbursed")
    return Terms(
        principal=_number(loan, "principal" if disbursed is None else "disbursed"),
        periods=int(loan["periods"]),
        start_on=_date(loan, "start_date"),
        first_due_on=_date(loan, "first_due"),
        annual_rate=_fraction(loan, "annual_rate_pct"),
        period=_period(loan),
        method=Method.FLAT if flat else on_balance,
        day_count=_fineract_day_count(case, loan),
        first_period=FirstPeriod.PRORATED,
        principal_grace=int(loan.get("grace_principal_periods") or 0),
        interest_grace=int(loan.get("grace_interest_periods") or 0),
        interest_free=int(loan.get("interest_free_periods") or 0),
        down_payment_rate=Decimal(str(conventions.get("down_payment_pct") or 0)) / 100,
        instalment_unit=Decimal(str(multiples)) if multiples else CENT,
    )


def _fineract_day_count(case: Case, loan: Case) -> DayCount:
    """Interest by whole periods, or by days.

    The setting is not always what the engine does: for daily interest under actual/actual the rows
    follow actual/365, which the case's schedule rule records.
    """
    if loan.get("interest_period") != "DAILY":
        return DayCount.EQUAL_PERIODS
    rule = (case.get("reference_check") or {}).get("schedule_rule") or ""
    if loan.get("day_count") == "actual/actual" and "act/365" in rule:
        return DayCount.ACTUAL_365
    return _day_count(loan)


def _day_count(loan: Case) -> DayCount:
    stated = str(loan.get("day_count"))
    if stated not in _DAY_COUNTS:
        raise NotExpressible(f"day count {stated!r} is unknown")
    return _DAY_COUNTS[stated]


def _fineract_annuity(case: Case, loan: Case) -> Terms:
    """A case of Fineract's annuity calculator: the instalment follows from each period's length."""
    due_dates = _stated_due_dates(case, loan)
    return Terms(
        principal=_number(loan, "principal"),
        periods=int(loan["periods"]),
        start_on=_date(loan, "start_date"),
        first_due_on=_date(loan, "first_due"),
        annual_rate=_fraction(loan, "annual_rate_pct"),
        period=_period(loan),
        day_count=_calculator_day_count(loan),
        levelling=Levelling.OWN_PERIODS,
        due_dates=due_dates,
        accrual=Accrual.ADJUSTED if _runs_from_due_dates(case) else Accrual.UNADJUSTED,
    )


def _calculator_day_count(loan: Case) -> DayCount:
    """A month is 30 of 360 days to this calculator even when its due date was moved."""
    if loan.get("day_count") == "30/360" and _period(loan).unit is PeriodUnit.MONTH:
        return DayCount.EQUAL_PERIODS
    return _day_count(loan)


def _stated_due_dates(case: Case, loan: Case) -> tuple[dt.date, ...] | None:
    """Due dates that the case states beside its own rhythm, None where they follow from it."""
    first_due = _date(loan, "first_due")
    stated = tuple(dt.date.fromisoformat(row["due"]) for row in case.get("schedule") or ())
    regular = tuple(
        add_periods(first_due, period=_period(loan), count=count) for count in range(len(stated))
    )
    return None if stated == regular else stated


def _runs_from_due_dates(case: Case) -> bool:
    """Whether each period begins where the case says the one before fell due."""
    return all(
        later.get("from") == row["due"] for row, later in pairwise(case.get("schedule") or ())
    )


def _fineract_late_payout(case: Case, loan: Case) -> Terms:
    """Money paid out inside the first period: interest for the share of its days that are left."""
    return Terms(
        principal=_number(loan, "principal"),
        periods=int(loan["periods"]),
        start_on=_date(loan, "disbursed_on"),
        first_due_on=_date(loan, "first_due"),
        annual_rate=_fraction(loan, "annual_rate_pct"),
        period=_period(loan),
        day_count=_day_count(loan),
        first_period=FirstPeriod.PRORATED,
        stub_days=StubDays.SHARE_OF_PERIOD,
        levelling=Levelling.OWN_PERIODS,
    )


# OpenCBS


def _opencbs(case: Case, loan: Case) -> Terms:
    """An OpenCBS loan: rate per period, due dates off holidays, odd first days on top."""
    conventions = case["conventions"]
    methods = {
        "annuity": Method.ANNUITY,
        "equal principal": Method.EQUAL_PRINCIPAL,
        "flat": Method.FLAT,
    }
    method = methods.get(loan.get("method", ""))
    if method is None:
        raise NotExpressible(f"method {loan.get('method')!r} is unknown")
    by_first = conventions.get("rounding") == "Begin"
    unit = _ONE if _whole_units(conventions) else CENT
    return Terms(
        principal=_number(loan, "principal"),
        periods=int(loan["periods"]),
        start_on=_date(loan, "start_date"),
        first_due_on=_date(loan, "first_due"),
        rate_per_period=_fraction(loan, "rate_per_period_pct"),
        period=_opencbs_period(loan),
        method=method,
        shift=Shift.FOLLOWING,
        first_period=FirstPeriod.ON_TOP,
        principal_grace=int(loan.get("grace_periods") or 0),
        levelling=(
            Levelling.EACH_PERIOD
            if method is Method.ANNUITY and not by_first
            else Levelling.REGULAR_PERIODS
        ),
        money_unit=unit,
        money_rounding=Rounding.HALF_UP,
        instalment_unit=unit,
        instalment_rounding=Rounding.HALF_UP,
        residue=Residue.FIRST if by_first else Residue.LAST,
    )


def _whole_units(conventions: Case) -> bool:
    """Whether the currency has no cents: said by a flag, or by the note on rounding."""
    if "cents" in conventions:
        return conventions["cents"] != "true"
    return "whole units" in (conventions.get("rounding") or "")


def _opencbs_period(loan: Case) -> Period:
    if loan.get("every_days"):
        return Period(PeriodUnit.DAY, int(loan["every_days"]))
    return Period(PeriodUnit.MONTH, int(loan.get("every_months") or 1))


# frappe/lending


def _frappe(case: Case, loan: Case) -> Terms:
    """A frappe term loan: closed formula, instalment rounded up to a whole unit."""
    rate = _fraction(loan, "annual_rate_pct")
    principal = _number(loan, "principal")
    stated = loan.get("instalment")
    periods = loan.get("periods")
    if periods is None:
        if stated is None:
            raise NotExpressible("the loan states neither its periods nor its instalment")
        periods = count_instalments(principal, rate=rate / 12, instalment=Decimal(str(stated)))
    start, first_due = _frappe_dates(case, loan)
    return Terms(
        principal=principal,
        periods=int(periods),
        start_on=start,
        first_due_on=first_due,
        annual_rate=rate,
        period=_period(loan),
        due_day=DueDay.END_OF_MONTH if _at_month_end(case) else DueDay.SAME_DAY,
        instalment=None if stated is None else Decimal(str(stated)),
        instalment_unit=_ONE,
        instalment_rounding=Rounding.UP,
    )


def _at_month_end(case: Case) -> bool:
    note: object = (case.get("conventions") or {}).get("due_dates")
    return note == "end of the month"


def _frappe_dates(case: Case, loan: Case) -> tuple[dt.date, dt.date]:
    """Start and first due date, the latter moved to where the case's schedule type puts it.

    Cases about amounts alone state no dates; any month serves them, as every month is a twelfth.
    """
    if "repayment_start_date" in loan:
        stated = _date(loan, "repayment_start_date")
        note = (case.get("conventions") or {}).get("due_dates")
        first_of_next = add_periods(stated.replace(day=1), period=Period(), count=1)
        if note == "first of next month":
            return stated, first_of_next
        if note == "end of the month":
            return stated, first_of_next - dt.timedelta(days=1)
        return add_periods(stated, period=Period(), count=-1), stated
    if not loan.get("start_date"):
        return dt.date(2024, 1, 1), dt.date(2024, 2, 1)
    return _date(loan, "start_date"), _date(loan, "first_due")

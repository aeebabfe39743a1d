"""Loans of the OpenCBS test suite as terms."""

from decimal import Decimal

from loans.conformance.reading import Case, NotExpressible, read_date, read_fraction, read_number
from loans.contracts.terms import (
    CENT,
    DatesFrom,
    FirstPeriod,
    Levelling,
    Method,
    Period,
    PeriodUnit,
    Residue,
    Rounding,
    Shift,
    Terms,
)

_ONE = Decimal(1)
_GRACE_INTEREST_ONLY = "grace periods: interest only"


def loan_terms(case: Case, loan: Case) -> Terms:
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
    if (conventions.get("grace") or _GRACE_INTEREST_ONLY) != _GRACE_INTEREST_ONLY:
        raise NotExpressible(f"grace rule {conventions['grace']!r} is unknown")
    rounding = conventions.get("rounding")
    unit = _ONE if _whole_units(conventions) else CENT
    return Terms(
        principal=read_number(loan, "principal"),
        periods=int(loan["periods"]),
        start_on=read_date(loan, "start_date"),
        first_due_on=read_date(loan, "first_due"),
        rate_per_period=read_fraction(loan, "rate_per_period_pct"),
        period=_opencbs_period(loan),
        method=method,
        dates_from=DatesFrom.START,
        shift=Shift.FOLLOWING,
        first_period=FirstPeriod.ON_TOP,
        principal_grace=int(loan.get("grace_periods") or 0),
        # Rounding named Begin or End is left to one instalment; otherwise it evens out on the way.
        levelling=(
            Levelling.REGULAR_PERIODS if rounding in ("Begin", "End") else Levelling.EACH_PERIOD
        ),
        money_unit=unit,
        money_rounding=Rounding.HALF_UP,
        instalment_unit=unit,
        instalment_rounding=Rounding.HALF_UP,
        residue=Residue.FIRST if rounding == "Begin" else Residue.LAST,
    )


def _whole_units(conventions: Case) -> bool:
    """Whether the currency has no cents: said by a flag, or by the note on rounding."""
    if "cents" in conventions:
        return bool(conventions["cents"] != "true")
    return "whole units" in (conventions.get("rounding") or "")


def _opencbs_period(loan: Case) -> Period:
    if loan.get("every_days"):
        return Period(PeriodUnit.DAY, int(loan["every_days"]))
    return Period(PeriodUnit.MONTH, int(loan.get("every_months") or 1))

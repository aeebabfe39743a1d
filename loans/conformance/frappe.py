"""Loans of the frappe/lending test suite as terms."""

import datetime as dt
from decimal import Decimal

from loans.conformance.reading import (
    Case,
    NotExpressible,
    read_date,
    read_fraction,
    read_number,
    read_period,
)
from loans.contracts.annuity import count_instalments
from loans.contracts.due_dates import add_periods
from loans.contracts.terms import DueDay, Period, Rounding, Terms

_ONE = Decimal(1)


def loan_terms(case: Case, loan: Case) -> Terms:
    """A frappe term loan: closed formula, instalment rounded up to a whole unit."""
    rate = read_fraction(loan, "annual_rate_pct")
    principal = read_number(loan, "principal")
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
        period=read_period(loan),
        due_day=DueDay.END_OF_MONTH if _at_month_end(case) else DueDay.SAME_DAY,
        instalment=None if stated is None else Decimal(str(stated)),
        instalment_unit=_ONE,
        instalment_rounding=Rounding.UP,
    )


def _at_month_end(case: Case) -> bool:
    note = (case.get("conventions") or {}).get("due_dates")
    return bool(note == "end of the month")


def _frappe_dates(case: Case, loan: Case) -> tuple[dt.date, dt.date]:
    """Start and first due date, the latter moved to where the case's schedule type puts it.

    Cases about amounts alone state no dates; any month serves them, as every month is a twelfth.
    """
    if "repayment_start_date" in loan:
        stated = read_date(loan, "repayment_start_date")
        note = (case.get("conventions") or {}).get("due_dates")
        first_of_next = add_periods(stated.replace(day=1), period=Period(), count=1)
        if note == "first of next month":
            return stated, first_of_next
        if note == "end of the month":
            return stated, first_of_next - dt.timedelta(days=1)
        return add_periods(stated, period=Period(), count=-1), stated
    if not loan.get("start_date"):
        return dt.date(2024, 1, 1), dt.date(2024, 2, 1)
    return read_date(loan, "start_date"), read_date(loan, "first_due")

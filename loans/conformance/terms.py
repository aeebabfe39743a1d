"""Translation of a conformance case's loan into the terms of this system.

A case carries what another system's product was set to. Conventions that its format leaves to the
source (which rounding, how an odd first period is charged) follow from the source's own notes in
the case. Anything else is refused with a reason, so that a comparison never rests on a guess.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from loans.conformance import fineract, frappe, opencbs
from loans.conformance.reading import Case, NotExpressible
from loans.contracts.terms import Shift, Terms

__all__ = ["NotExpressible", "WeekendsAndHolidays", "calendar_of", "terms_of"]

_KNOWN = frozenset(
    {
        "amortisation",
        "annual_rate_pct",
        "day_count",
        "disbursed",
        "disbursed_on",
        "every",
        "every_days",
        "every_months",
        "first_due",
        "grace_interest_periods",
        "grace_periods",
        "grace_principal_periods",
        "instalment",
        "interest_free_periods",
        "interest_period",
        "interest_type",
        "late_rates",
        "method",
        "period_unit",
        "periods",
        "principal",
        "product",
        "rate_per_period_pct",
        "repayment_start_date",
        "start_date",
        "submitted_on",
        "term",
        "term_unit",
    }
)


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
    unknown = sorted(set(loan) - _KNOWN)
    if unknown:
        raise NotExpressible(f"the loan states {', '.join(unknown)}, which terms do not have")
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
        return opencbs.loan_terms
    if "interest_type" in loan:
        return fineract.product_terms
    if "disbursed_on" in loan:
        return fineract.late_payout_terms
    if "days_in_year" in (case.get("conventions") or {}):
        return fineract.calculator_terms
    if "annual_rate_pct" in loan:
        return frappe.loan_terms
    raise NotExpressible("the loan states neither an annual rate nor a rate per period")


def _dates_in(text: str) -> list[str]:
    words = text.replace(",", " ").replace(")", " ").split()
    return [word for word in words if len(word) == 10 and word[4] == word[7] == "-"]

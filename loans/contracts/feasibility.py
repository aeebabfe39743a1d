"""Whether terms can have a schedule at all, told before any row is computed."""

import calendar
import datetime as dt
from collections.abc import Iterator

from loans.contracts.terms import (
    ZERO,
    DatesFrom,
    FirstPeriod,
    ImpossibleTerms,
    Levelling,
    Method,
    PeriodUnit,
    Residue,
    Terms,
)


def require_possible(terms: Terms) -> None:
    """Raise ImpossibleTerms with the first contradiction found and what to do about it."""
    for problems in (_amounts, _rates, _dates, _first_period, _grace, _instalment):
        for problem in problems(terms):
            raise ImpossibleTerms(problem)


def _amounts(terms: Terms) -> Iterator[str]:
    amounts = {
        "principal": terms.principal,
        "down_payment": terms.down_payment,
        "down_payment_rate": terms.down_payment_rate,
        "balloon": terms.balloon,
        "money_unit": terms.money_unit,
        "instalment_unit": terms.instalment_unit,
    }
    for name, amount in amounts.items():
        if not amount.is_finite():
            yield f"{name} is {amount}; give a number"
    if terms.principal <= 0:
        yield f"principal is {terms.principal}; give an amount above zero"
    if terms.down_payment < 0 or terms.down_payment >= terms.principal:
        yield (
            f"down payment {terms.down_payment} is not between zero and the principal "
            f"{terms.principal}; lower it"
        )
    if not 0 <= terms.down_payment_rate < 1:
        yield (
            f"down payment rate is {terms.down_payment_rate}; give a fraction of one below 1 "
            "(0.25 is a quarter)"
        )
    if terms.down_payment and terms.down_payment_rate:
        yield "down payment is stated as an amount and as a rate; keep one of them"
    if terms.balloon < 0 or terms.balloon > terms.principal:
        yield (
            f"balloon {terms.balloon} is not between zero and the principal {terms.principal}; "
            "lower it"
        )
    if terms.money_unit <= 0 or terms.instalment_unit <= 0:
        yield "a rounding unit is zero or negative; give 0.01, 1, 10 or the like"
    elif terms.instalment_unit % terms.money_unit:
        yield (
            f"instalment unit {terms.instalment_unit} is not a multiple of the money unit "
            f"{terms.money_unit}; change one of them"
        )


def _rates(terms: Terms) -> Iterator[str]:
    if (terms.annual_rate is None) == (terms.rate_per_period is None):
        yield "give either annual_rate or rate_per_period, and not both"
    for name, rate in (
        ("annual_rate", terms.annual_rate),
        ("rate_per_period", terms.rate_per_period),
    ):
        if rate is not None and not (rate.is_finite() and rate >= 0):
            yield f"{name} is {rate}; give a fraction of one, zero or more (0.0687 is 6.87 %)"


def _dates(terms: Terms) -> Iterator[str]:
    if terms.periods < 1:
        yield f"periods is {terms.periods}; a schedule has at least one instalment"
    if terms.period.every < 1:
        yield f"instalments are every {terms.period.every} {terms.period.unit}; give 1 or more"
    if terms.first_due_on <= terms.start_on:
        yield (
            f"first due date {terms.first_due_on} does not come after the start "
            f"{terms.start_on}; correct one of them"
        )
    if terms.day_of_month is not None:
        yield from _day_of_month(terms, terms.day_of_month)
    if terms.due_dates is not None and len(terms.due_dates) != terms.periods:
        yield (
            f"{len(terms.due_dates)} due dates are stated for {terms.periods} periods; "
            "state one for each"
        )


def _day_of_month(terms: Terms, day: int) -> Iterator[str]:
    if terms.period.unit not in (PeriodUnit.MONTH, PeriodUnit.YEAR):
        yield f"day of month {day} needs a period in months, not {terms.period.unit}s; leave it out"
    elif not 1 <= day <= 31:
        yield f"day of month is {day}; give 1 to 31"
    elif terms.dates_from is DatesFrom.FIRST_DUE and terms.first_due_on.day != _in_month(
        terms.first_due_on, day
    ):
        yield (
            f"first due date {terms.first_due_on} is not on day {day} of its month; "
            "correct one of them"
        )


def _in_month(date: dt.date, day: int) -> int:
    """The day, or the month's last one where the month is shorter."""
    return min(day, calendar.monthrange(date.year, date.month)[1])


def _first_period(terms: Terms) -> Iterator[str]:
    if terms.first_period is not FirstPeriod.SEPARATE:
        return
    if terms.dates_from is DatesFrom.START:
        yield "dates counted from the start leave no odd days to separate; use 'prorated'"
    if terms.due_dates is not None:
        yield "stated due dates already hold every instalment; use 'prorated' and not 'separate'"
    if terms.interest_free:
        yield "interest-free periods leave no interest for a separate first instalment; use 'full'"


def _grace(terms: Terms) -> Iterator[str]:
    for name, grace in (
        ("principal grace", terms.principal_grace),
        ("interest grace", terms.interest_grace),
    ):
        if not 0 <= grace < max(terms.periods, 1):
            yield (
                f"{name} is {grace} of {terms.periods} periods; leave at least one period after it"
            )
    if not 0 <= terms.interest_free <= terms.periods:
        yield f"interest-free periods are {terms.interest_free} of {terms.periods}; lower them"


def _instalment(terms: Terms) -> Iterator[str]:
    stated = terms.instalment
    if stated is not None:
        if not (stated.is_finite() and stated > ZERO):
            yield f"instalment is {stated}; give an amount above zero"
        if terms.method is Method.EQUAL_PRINCIPAL:
            yield "equal principal has no equal instalment to state; leave it out"
    if terms.levelling is Levelling.EACH_PERIOD:
        if stated is not None:
            yield "a stated instalment cannot be levelled anew in each period; leave one out"
        if terms.residue is not Residue.LAST:
            yield "levelling anew in each period leaves no residue; set the residue to 'last'"

"""How a filing that gives months, not days, becomes dated terms, payments and statements.

A filing discloses no day of the month. The rules here choose one without looking at the days past
due that it also states, so that the two can be compared (docs/imports.md):

- Due day: the option `due_day`, by default the 15th; whatever the true day, it is at most half a
  month off.
- Payment day: the day interest is paid through where that lies in the reporting period (with simple
  interest, interest is paid through the day of the last payment), else the last day of the period.
- Periods: months from first payment to maturity, but never more than the original term, because a
  maturity moved by an extension is no part of what was signed.
- Instalment: the scheduled payment of the first period filed, where it lies within a tenth of the
  annuity of the original terms; else that annuity.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from loans.contracts.terms import FirstPeriod, Terms
from loans.imports.kinds.kind import Values

_NEAR = Decimal("0.1")


def months_between(first: date, last: date) -> int:
    """Returns the whole months from one month to another."""
    return (last.year - first.year) * 12 + last.month - first.month


def periods_of(values: Values) -> int:
    """Returns the number of instalments that were signed; below one where the dates contradict."""
    periods = months_between(values["first_payment_in"], values["matures_in"]) + 1
    term: int | None = values["original_term"]
    return periods if term is None else min(periods, term)


def terms_of(values: Values, *, due_day: int) -> Terms:
    """Returns the terms a filed loan was signed on, its days chosen by `due_day` (1 to 28)."""
    first_due_on = values["first_payment_in"].replace(day=due_day)
    started_on = started_on_of(values, due_day=due_day)
    return Terms(
        principal=values["original_amount"],
        periods=periods_of(values),
        start_on=started_on,
        first_due_on=first_due_on,
        annual_rate=values["annual_rate"],
        first_period=FirstPeriod.FULL,
        instalment=_stated_instalment(values),
    )


def started_on_of(values: Values, *, due_day: int) -> date:
    """Returns the day of payout: the due day of the month of origination, a month before the
    first due date at the latest."""
    first: date = values["first_payment_in"]
    month_before = first.replace(
        year=first.year - (first.month == 1), month=first.month - 1 or 12, day=due_day
    )
    originated: date = values["originated_in"].replace(day=due_day)
    return min(originated, month_before)


def annuity(values: Values) -> Decimal:
    """Returns the level instalment of the original terms, P·r / (1 - (1 + r)^-n), unrounded."""
    principal: Decimal = values["original_amount"]
    rate, periods = values["annual_rate"] / 12, periods_of(values)
    if not rate:
        return principal / periods
    level: Decimal = principal * rate / (1 - (1 + rate) ** -periods)
    return level


def _stated_instalment(values: Values) -> Decimal | None:
    stated: Decimal | None = values["scheduled_payment"]
    if not stated:
        return None
    expected = annuity(values)
    return stated if abs(stated - expected) <= expected * _NEAR else None


def paid_on(values: Values) -> date:
    """Returns the day a period's payment counts from."""
    through: date | None = values["interest_paid_through"]
    end: date = values["period_end"]
    if through is not None and (through.year, through.month) == (end.year, end.month):
        return min(through, end)
    return end

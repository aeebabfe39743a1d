"""How a filing that gives months, not days, becomes dated terms, payments and statements.

A filing discloses no day of the month. The rules here choose one without looking at the days past
due that it also states, so that the two can be compared (docs/imports.md):

- Due day: the option `due_day`, by default the 15th; whatever the true day, it is at most half a
  month off. With `due_day=payments` each loan's own: the day of the month through which its
  interest was most often paid, the earliest of equals, at most the 28th; the 15th below three.
- Payment day: the day interest is paid through where that lies in the reporting period (with simple
  interest, interest is paid through the day of the last payment), else the last day of the period.
- Periods: months from first payment to maturity, but never more than the original term, because a
  maturity moved by an extension is no part of what was signed.
- Instalment: the scheduled payment of the first period filed, where it lies within a tenth of the
  annuity of the original terms; else that annuity.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from loans.contracts.terms import FirstPeriod, Terms
from loans.imports.kinds.kind import Values

_NEAR = Decimal("0.1")
DEFAULT_DUE_DAY = 15
LAST_DUE_DAY = 28
FROM_PAYMENTS = "payments"
_ENOUGH_PAYMENTS = 3


def due_day_of(months: Iterable[Values], *, option: int | str) -> int:
    """Returns the due day of a loan: the one given, or the day it was most often paid on."""
    if isinstance(option, int):
        return option
    days = Counter(
        min(paid_on(values).day, LAST_DUE_DAY)
        for values in months
        if values["paid"] and is_payment_dated(values)
    )
    if days.total() < _ENOUGH_PAYMENTS:
        return DEFAULT_DUE_DAY
    return min(days, key=lambda day: (-days[day], day))


def oldest_due_of(values: Values, *, due_day: int) -> date | None:
    """Returns our due date in the month of the oldest unpaid instalment that is stated, if any."""
    days: int | None = values["days_past_due"]
    end: date = values["period_end"]
    return (end - timedelta(days=days)).replace(day=due_day) if days else None


def is_payment_dated(values: Values) -> bool:
    """Says whether interest is paid through a day of the reporting period."""
    through: date | None = values["interest_paid_through"]
    end: date = values["period_end"]
    return through is not None and (through.year, through.month) == (end.year, end.month)


def paid_into_instalments(values: Values, *, is_kept_here: bool) -> Decimal:
    """Returns the month's money that the schedule sees.

    All of it where the lender states positions. Books kept here know of no fees, for a filing does
    not say which were charged, so that money collected on fees is left out.
    """
    paid: Decimal = values["paid"] or Decimal(0)
    return paid - (values["other_collected"] or 0) if is_kept_here else paid


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
    end: date = values["period_end"]
    if not is_payment_dated(values):
        return end
    through: date = values["interest_paid_through"]
    return min(through, end)

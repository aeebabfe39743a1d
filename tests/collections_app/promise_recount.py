"""What money says of promises, counted a second time: from the stored facts, by code of its own.

It goes receipt by receipt where the product goes promise by promise, reads plain rows, and knows
holidays from their table. Nothing of `collections_app.promises.flow` is used.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from collections_app.promises.models import Promise
from core.calendars import CalendarDay
from loans.contracts.models import Loan
from loans.portfolios.models import Portfolio
from loans.repayments.models import Chargeback, Repayment, RepaymentStateChange, Reversal

DEBTORS_CASH = ["regular", "down_payment", "settlement", "recovery"]


@dataclass
class Told:
    """One promise of the recount: what it asks for, and the money put to it so far, in cents."""

    key: Any
    wanted: int
    least: Fraction
    made_at: datetime
    made_on: date
    due_on: date
    last_day: date
    settled: int = 0
    pending: int = 0

    def takes(self, coin: Coin) -> bool:
        if coin.day < self.made_on or coin.day > self.last_day:
            return False
        return not (coin.day == self.made_on and coin.known_at < self.made_at)

    @property
    def room(self) -> int:
        return self.wanted - self.settled - self.pending


@dataclass
class Coin:
    """One receipt of the recount, in cents."""

    number: int
    cents: int
    day: date
    known_at: datetime
    has_settled: bool


@dataclass
class Recount:
    state: str
    settled: int
    pending: int
    awaits: bool
    key: Any = field(default=None)


def recount(told: Iterable[Told], coins: Iterable[Coin], over: date) -> dict[Any, Recount]:
    """Puts every receipt to the oldest promise that takes it, settled money before pending."""
    line = sorted(told, key=lambda one: (one.due_on, one.made_at, str(one.key)))
    for coin in sorted(coins, key=lambda one: (not one.has_settled, one.day, one.number)):
        rest = coin.cents
        for promise in line:
            if rest and promise.takes(coin):
                part = min(rest, promise.room)
                rest -= part
                if coin.has_settled:
                    promise.settled += part
                else:
                    promise.pending += part
    return {promise.key: _verdict(promise, over) for promise in line}


def _verdict(promise: Told, over: date) -> Recount:
    awaits = False
    if promise.settled >= promise.least:
        state = "kept"
    elif promise.settled + promise.pending >= promise.least:
        state, awaits = "open", True
    elif over < promise.last_day:
        state = "open"
    else:
        state = "partial" if promise.settled else "broken"
    return Recount(state, promise.settled, promise.pending, awaits, promise.key)


def misjudged(loan: Loan) -> list[str]:
    """Says which standing promises of a loan are stored otherwise than the money says; a line each.

    As of the last day that is over on the books.
    """
    over = Portfolio.objects.get(pk=loan.portfolio_id).business_date - timedelta(days=1)
    counted = recount_loan(loan, over)
    lines = []
    for row in Promise.objects.filter(loan=loan).exclude(state="cancelled"):
        one = counted.pop(row.pk)
        stored = (row.state, row.received_amount, row.pending_amount, row.is_awaiting)
        said = (one.state, Decimal(one.settled) / 100, Decimal(one.pending) / 100, one.awaits)
        if stored != said:
            lines.append(f"{row.amount} by {row.due_on}: stored {stored}, recounted {said}")
    return lines + [f"recounted and not stored: {key}" for key in counted]


def recount_loan(loan: Loan, over: date) -> dict[Any, Recount]:
    """Recounts the standing promises of a loan from what is stored, as of a day that is over."""
    books = loan.portfolio
    zone = ZoneInfo(books.time_zone)
    told = []
    for row in Promise.objects.filter(loan=loan).exclude(state="cancelled").values():
        last = row["due_on"] + timedelta(days=books.promise_grace_days)
        while _is_day_off(books, last):
            last += timedelta(days=1)
        cents = int(row["amount"] * 100)
        told.append(
            Told(
                key=row["id"],
                wanted=cents,
                least=cents * (1 - Fraction(books.promise_tolerance_fraction)),
                made_at=row["made_at"],
                made_on=row["made_at"].astimezone(zone).date(),
                due_on=row["due_on"],
                last_day=last,
            )
        )
    return recount(told, _coins(loan), over)


def _is_day_off(books: Any, day: date) -> bool:
    if books.holiday_calendar is None:
        return False
    named = CalendarDay.objects.filter(calendar=books.holiday_calendar, on=day).first()
    if named is not None:
        return named.kind == "holiday"
    return day.weekday() in books.holiday_calendar.weekend_days


def _coins(loan: Loan) -> list[Coin]:
    gone = set(Reversal.objects.filter(loan=loan).values_list("of_kind", "of_id"))
    coins = []
    for row in Repayment.objects.filter(loan=loan, kind__in=DEBTORS_CASH).order_by("pk"):
        fates = {change.state for change in RepaymentStateChange.objects.filter(repayment=row)}
        if ("repayment", row.pk) in gone or "returned" in fates:
            continue
        has_settled = row.state == "settled" or "settled" in fates
        coins.append(Coin(row.pk, int(row.amount * 100), row.value_on, row.known_at, has_settled))
    for taken in Chargeback.objects.filter(loan=loan).order_by("value_on", "pk"):
        if ("chargeback", taken.pk) in gone:
            continue
        cents = int(taken.amount * 100)
        for coin in sorted(coins, key=lambda one: (one.day, one.number), reverse=True):
            named = taken.repayment_id == coin.number
            if named or (taken.repayment_id is None and coin.day <= taken.value_on):
                part = min(cents, coin.cents)
                coin.cents -= part
                cents -= part
    return [coin for coin in coins if coin.cents]

"""Replays in one pass the loans that have nothing but a schedule and settled repayments.

That is nearly every loan of a portfolio that is brought in. The general replay (`replay`) says what
is owed; this is the same for loans on which most of its rules have nothing to say, in whole cents
and in text as the database keeps it, at about a tenth of the cost. Any other loan is left to the
general replay, and the tests hold the two against each other, row by row.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from operator import add, lt
from typing import Any, Final
from uuid import UUID

from loans.delinquency.amounts import ZERO
from loans.delinquency.plain_rules import PlainRules
from loans.delinquency.projection import NO_MONEY, NULL, Projection, Stay
from loans.delinquency.results import InstalmentKind, LoanStatus
from loans.delinquency.summary import bucket_days, next_transition

_BEGINNING: Final = date.min.isoformat()
#: A settled, regular repayment: day, length of its reference, reference, cents, id. Such tuples
#: sort as `Sorting` orders repayments.
Money = tuple[str, int, str, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainLoan:
    """A loan with one schedule; days as ISO text, amounts as the text of numeric(14,2)."""

    loan_id: UUID
    portfolio_id: UUID
    started_on: str
    as_of: date
    numbers: list[str]
    from_dates: list[str]
    due_dates: list[str]
    principals: list[str]
    interests: list[str]
    fees: list[str]
    starts_with_down_payment: bool
    repayments: list[Money]


def project_plain(loan: PlainLoan, rules: PlainRules) -> Projection | None:
    """Returns what is to be stored for a plain loan; None for one that is not plain after all."""
    parts = (_cents(loan.principals), _cents(loan.interests), _cents(loan.fees))
    totals = [*map(add, map(add, parts[0], parts[1]), parts[2])]
    as_of = loan.as_of.isoformat()
    money = sorted(loan.repayments)
    is_plain = (
        min(totals) > 0
        and min(map(min, parts)) >= 0
        and _is_rising(loan.due_dates)
        and _is_rising([*map(int, loan.numbers)])
        and loan.started_on <= as_of
        and (not money or money[-1][0] <= as_of)
    )
    if not is_plain:
        return None
    books = _Books(loan, rules, parts, totals)
    for day, _length, _reference, cents, pk in money:
        books.receive(day, cents, pk)
    return Projection(
        loan_id=loan.loan_id,
        portfolio_id=loan.portfolio_id,
        as_of=loan.as_of,
        instalments=books.instalment_lines(),
        allocations=books.allocations,
        position=books.position(as_of),
        stays=books.stays(),
        differences=[],
    )


class _Books:
    """The instalments of one loan while its money is spread over them, the oldest first."""

    __slots__ = (
        "allocations",
        "at",
        "changes",
        "due_texts",
        "last",
        "loan",
        "name",
        "overpaid",
        "parts",
        "rest",
        "rules",
        "satisfied",
        "satisfied_on",
        "totals",
    )

    def __init__(
        self,
        loan: PlainLoan,
        rules: PlainRules,
        parts: tuple[list[int], list[int], list[int]],
        totals: list[int],
    ) -> None:
        self.loan, self.rules, self.parts, self.totals = loan, rules, parts, totals
        self.name = str(loan.loan_id)
        self.due_texts = [
            f"{principal}\t{interest}\t{fee}\t0.00"
            for principal, interest, fee in zip(
                loan.principals, loan.interests, loan.fees, strict=True
            )
        ]
        #: The first instalment with anything open, and what of it is open once it was paid in part.
        self.at = 0
        self.rest: list[int] | None = None
        #: How many instalments are satisfied, and since when.
        self.satisfied = 0
        self.satisfied_on: list[str] = []
        #: From which day on which instalment (its place) is the oldest not satisfied.
        self.changes: list[tuple[str, int]] = [(_BEGINNING, 0)]
        self.allocations: dict[str, str] = {}
        self.overpaid = 0
        self.last: tuple[str, int] | None = None

    def receive(self, day: str, cents: int, pk: int) -> None:
        """Spreads a repayment; what finds nothing stays as credit."""
        self.last = (day, cents)
        left, count = cents, len(self.totals)
        while left and self.at < count:
            at = self.at
            if self.rest is None and left >= self.totals[at]:
                left -= self.totals[at]
                paid = self.due_texts[at]
                self._close(day)
            else:
                left, paid = self._pay_in_part(day, left)
            key = f"{self.name}\t{pk}\t{self.loan.numbers[at]}"
            self.allocations[key] = f"{key}\t{paid}"
        self.overpaid += left
        since, before = self.changes[-1]
        if self.satisfied == before:
            return
        if since == day:
            self.changes.pop()
            # A day begins where the one before it ended, and nothing becomes unpaid again.
        self.changes.append((day, self.satisfied))

    def _pay_in_part(self, day: str, left: int) -> tuple[int, str]:
        at = self.at
        if self.rest is None:
            self.rest = [part[at] for part in self.parts]
        rest = self.rest
        share = [0, 0, 0]
        for index in self.rules.order:
            share[index] = paid = min(rest[index], left)
            rest[index] -= paid
            left -= paid
        still_open = sum(rest)
        if not still_open:
            self._close(day)
        elif still_open <= self.rules.tolerated_cents:
            self._satisfy(day)
        return left, f"{_text(share[0])}\t{_text(share[1])}\t{_text(share[2])}\t0.00"

    def _close(self, day: str) -> None:
        self._satisfy(day)
        self.at += 1
        self.rest = None

    def _satisfy(self, day: str) -> None:
        if self.satisfied == self.at:
            self.satisfied += 1
            self.satisfied_on.append(day)

    def instalment_lines(self) -> dict[str, str]:
        """The instalments as stored, by key."""
        loan, name, at = self.loan, self.name, self.at
        paid = self.due_texts[:at] + [NO_MONEY] * (len(self.totals) - at)
        if self.rest is not None:
            parts = [part[at] - open_ for part, open_ in zip(self.parts, self.rest, strict=True)]
            paid[at] = "\t".join([*map(_text, parts), "0.00"])
        satisfied_on = self.satisfied_on + [NULL] * (len(self.totals) - self.satisfied)
        kinds = [InstalmentKind.SCHEDULED.value] * len(self.totals)
        if loan.starts_with_down_payment:
            kinds[0] = InstalmentKind.DOWN_PAYMENT.value
        columns = zip(
            loan.numbers,
            kinds,
            loan.from_dates,
            loan.due_dates,
            self.due_texts,
            paid,
            satisfied_on,
            strict=True,
        )
        return {
            (key := f"{name}\t{number}"): (
                f"{key}\t{kind}\t{from_on}\t{due_on}\t{due}\t{said}\t{NO_MONEY}\t{satisfied}"
            )
            for number, kind, from_on, due_on, due, said, satisfied in columns
        }

    def position(self, as_of: str) -> dict[str, Any]:
        """The position at the end of the business date."""
        loan, dues, count = self.loan, self.loan.due_dates, len(self.totals)
        find = bisect_right if self.rules.conventions.due_day_counts else bisect_left
        ahead = max(find(dues, as_of), self.satisfied)
        overdue = self._open(self.satisfied, ahead)
        outstanding = self._open(self.at, count)
        oldest = dues[self.satisfied] if self.satisfied < ahead else None
        next_due = dues[ahead] if ahead < count else None
        bucket, transition_on = self._ageing(oldest, next_due)
        status = LoanStatus.ACTIVE
        if not sum(outstanding):
            status = LoanStatus.OVERPAID if self.overpaid else LoanStatus.PAID_OFF
        return {
            "status": status.value,
            "aged_on": loan.as_of,
            "oldest_unsatisfied_due_on": _date(oldest),
            "paused_days": 0,
            "paused_from": None,
            "pause_starts": [],
            "pause_ends": [],
            "facts_ahead": [],
            "bucket": bucket,
            "overdue_principal": _money(overdue[0]),
            "overdue_interest": _money(overdue[1]),
            "overdue_fee": _money(overdue[2]),
            "overdue_penalty": ZERO,
            "overdue_amount": _money(sum(overdue)),
            "outstanding_principal": _money(outstanding[0]),
            "outstanding_amount": _money(sum(outstanding)),
            "overpaid_amount": _money(self.overpaid),
            "pending_amount": ZERO,
            "next_due_on": _date(next_due),
            "next_due_amount": _money(sum(self._open(ahead, ahead + 1))),
            "next_due_number": int(loan.numbers[ahead]) if ahead < count else None,
            "last_repayment_on": _date(self.last[0]) if self.last else None,
            "last_repayment_amount": _money(self.last[1]) if self.last else None,
            "next_transition_on": transition_on,
        }

    def _open(self, first: int, end: int) -> list[int]:
        """What is open of some instalments, none of them before the first with anything open."""
        sums = [sum(part[first:end]) for part in self.parts]
        if self.rest is not None and first <= self.at < end:
            for index, part in enumerate(self.parts):
                sums[index] -= part[self.at] - self.rest[index]
        return sums

    def _ageing(self, oldest: str | None, next_due: str | None) -> tuple[str, date | None]:
        key = (self.loan.as_of, oldest, next_due)
        known = self.rules.ageing.get(key)
        if known is None:
            conventions, as_of = self.rules.conventions, self.loan.as_of
            days = bucket_days(
                oldest=_date(oldest), as_of=as_of, pauses=(), conventions=conventions
            )
            transition_on = next_transition(
                as_of=as_of,
                oldest=_date(oldest),
                ahead=_date(next_due),
                pauses=(),
                conventions=conventions,
            )
            known = self.rules.ageing[key] = (self.rules.code(days), transition_on)
        return known

    def stays(self) -> list[Stay]:
        """The buckets at the end of every day since the loan began; see `paths`."""
        rules, dues = self.rules, self.loan.due_dates
        first, end = _ordinal(self.loan.started_on), self.loan.as_of.toordinal() + 1
        begun: list[tuple[int, str]] = []
        following = [_ordinal(day) for day, _place in self.changes[1:]]
        for (_day, place), begins, ends in zip(
            self.changes, [first, *following], [*following, end], strict=True
        ):
            if ends <= first:
                continue
            begins = max(begins, first)
            if place == len(dues):
                _enter(begun, begins, rules.code(0))
                continue
            counted_from = _ordinal(dues[place]) - rules.first_day
            days = max(0, begins - counted_from)
            _enter(begun, begins, rules.code(days))
            for bound in rules.bounds[bisect_right(rules.bounds, days) :]:
                if counted_from + bound >= ends:
                    break
                _enter(begun, counted_from + bound, rules.code(bound))
        left = [date.fromordinal(day) for day, _code in begun[1:]]
        return [
            (code, date.fromordinal(day), left_on)
            for (day, code), left_on in zip(begun, [*left, None], strict=True)
        ]


def _enter(begun: list[tuple[int, str]], day: int, code: str) -> None:
    if not begun or begun[-1][1] != code:
        begun.append((day, code))


def _cents(amounts: list[str]) -> list[int]:
    return [int(amount.replace(".", "")) for amount in amounts]


def _is_rising(values: list[Any]) -> bool:
    return all(map(lt, values, values[1:]))


def _text(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def _money(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


@lru_cache(maxsize=16_384)
def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def _date(day: str | None) -> date | None:
    return None if day is None else date.fromisoformat(day)

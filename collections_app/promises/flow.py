"""The life of a promise, and how money judges it: pure, from facts alone.

A promise is judged by what was received between its making and its last day, which is the promised
day with the portfolio's grace, moved on to a banking day. Money counts by its value date, once, and
for the oldest promise first. Nobody types "kept".
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.calendars.working_days import WorkingDays

NOTHING = Decimal("0.00")
_CENT = Decimal("0.01")
#: Who takes a promise back, or puts another in its place, so few days before it is due or later,
#: leaves it in the kept rate as not kept: or the rate could be kept up by cancelling in time.
LATE_TO_WITHDRAW = timedelta(days=2)


class PromiseState(models.TextChoices):
    """Only money moves a promise out of `open`; nobody types `kept`."""

    OPEN = "open", _("open")
    KEPT = "kept", _("kept")
    PARTIAL = "partial", _("partly kept")
    BROKEN = "broken", _("broken")
    CANCELLED = "cancelled", _("cancelled")


#: States that money decided. A later fact, such as returned money, may decide anew.
JUDGED = frozenset({PromiseState.KEPT, PromiseState.PARTIAL, PromiseState.BROKEN})
#: What an agent speaks to the borrower about again.
NOT_KEPT = frozenset({PromiseState.PARTIAL, PromiseState.BROKEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """One promise that stands, as far as judging it needs to know.

    `made_on` is the day of `made_at` where the portfolio is; `enough_amount` the least money that
    keeps the promise; `deadline_on` the last day whose money counts; `judged_on` the day through
    which an earlier judgement looked.
    """

    key: Hashable
    amount: Decimal
    enough_amount: Decimal
    made_at: datetime
    made_on: date
    due_on: date
    deadline_on: date
    judged_on: date | None = None

    def counts(self, money: Received) -> bool:
        """Whether money is valued within the promise's days.

        Of the day it was made only what was not on the books yet: the promise is about more.
        """
        if not self.made_on <= money.value_on <= self.deadline_on:
            return False
        return money.value_on > self.made_on or money.known_at >= self.made_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Money of the borrower's that was neither returned nor reversed; pending until it settles."""

    key: int
    amount: Decimal
    value_on: date
    known_at: datetime
    is_settled: bool = True


@dataclass(frozen=True, slots=True)
class Judgement:
    """What money says of a promise: settled and pending money that counts for it, and no more."""

    state: PromiseState
    received_amount: Decimal
    pending_amount: Decimal
    is_awaiting: bool


def enough_for(amount: Decimal, tolerance: Decimal) -> Decimal:
    """Returns the least money that keeps a promise: promised x (1 - tolerance), up to the cent."""
    return (amount * (1 - tolerance)).quantize(_CENT, rounding=ROUND_CEILING)


def deadline_of(due_on: date, grace_days: int, calendar: WorkingDays | None) -> date:
    """Returns the last day whose money keeps a promise; without a calendar every day is one."""
    last = due_on + timedelta(days=grace_days)
    return last if calendar is None else calendar.next_working(last)


def stays_in_rate(due_on: date, withdrawn_on: date) -> bool:
    """Whether a promise taken back on a day stays in the kept rate, as one that was not kept."""
    return withdrawn_on >= due_on - LATE_TO_WITHDRAW


def judge(
    promises: Iterable[Promised], money: Iterable[Received], *, over_through: date
) -> dict[Hashable, Judgement]:
    """Judges the promises of one loan by the money of the loan.

    Arguments: promises that were not taken back; money received; over_through the last day that is
    over on the books: only a promise whose last day is over can be broken, but one is kept as soon
    as enough has settled. A promise that an earlier judgement saw the end of stays at its end.

    Returns a judgement for each key. Source: glossary, kept, partly kept, broken.
    """
    oldest_first = sorted(promises, key=lambda p: (p.due_on, p.made_at, str(p.key)))
    receipts = sorted(money, key=lambda m: (m.value_on, m.key))
    settled = _share_out(oldest_first, [m for m in receipts if m.is_settled], {})
    pending = _share_out(oldest_first, [m for m in receipts if not m.is_settled], settled)
    return {
        promise.key: _judgement(
            promise, settled[promise.key], pending[promise.key], over_through=over_through
        )
        for promise in oldest_first
    }


def _share_out(
    promises: Sequence[Promised],
    receipts: Sequence[Received],
    taken_before: Mapping[Hashable, Decimal],
) -> dict[Hashable, Decimal]:
    """Gives each promise the money that counts for it, the oldest promise first, money once."""
    left = {receipt.key: receipt.amount for receipt in receipts}
    shares: dict[Hashable, Decimal] = {}
    for promise in promises:
        wanted = promise.amount - taken_before.get(promise.key, NOTHING)
        share = NOTHING
        for receipt in receipts:
            if share < wanted and promise.counts(receipt):
                part = min(left[receipt.key], wanted - share)
                left[receipt.key] -= part
                share += part
        shares[promise.key] = share
    return shares


def _judgement(
    promise: Promised, settled: Decimal, pending: Decimal, *, over_through: date
) -> Judgement:
    if settled >= promise.enough_amount:
        return Judgement(PromiseState.KEPT, settled, pending, is_awaiting=False)
    if settled + pending >= promise.enough_amount:
        return Judgement(PromiseState.OPEN, settled, pending, is_awaiting=True)
    through = max(over_through, promise.judged_on or over_through)
    if through < promise.deadline_on:
        state = PromiseState.OPEN
    else:
        state = PromiseState.PARTIAL if settled > 0 else PromiseState.BROKEN
    return Judgement(state, settled, pending, is_awaiting=False)

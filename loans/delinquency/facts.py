"""The dated facts a loan's position is derived from.

A fact is never edited: a correction is a new fact. `value_on` says from when it counts, `known_at`
when we learnt of it, `order` the lender's own sequence within one value date, `reference` what its
source calls it. Which facts exist, not the order they arrived in, decides the position (sorting).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from loans.delinquency.amounts import Amounts, Component

if TYPE_CHECKING:
    from loans.contracts.terms import ScheduledInstalment

#: The kind of fact and its number within that kind, e.g. ("repayment", 7); unique within a loan.
FactId = tuple[str, int]


class RepaymentState(StrEnum):
    """How far the money has come."""

    PENDING = "pending"
    SETTLED = "settled"
    RETURNED = "returned"


class RepaymentKind(StrEnum):
    """Why money was credited; a product may allocate each kind in its own way."""

    REGULAR = "regular"
    DOWN_PAYMENT = "down_payment"
    SETTLEMENT = "settlement"
    RECOVERY = "recovery"
    GOODWILL_CREDIT = "goodwill_credit"
    MERCHANT_REFUND = "merchant_refund"
    PAYOUT_REFUND = "payout_refund"


class ScheduleOrigin(StrEnum):
    """Where a schedule comes from."""

    STATED = "stated"
    GENERATED = "generated"
    EXTENSION = "extension"
    RESCHEDULE = "reschedule"


class LossKind(StrEnum):
    """A charge-off books a loss and leaves the debt alive; a write-off takes the debt away."""

    CHARGE_OFF = "charge_off"
    WRITE_OFF = "write_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What every fact carries. `order` breaks ties within one value date (lower first)."""

    id: FactId
    value_on: date
    known_at: datetime
    order: int = 0
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disbursement(Fact):
    """Money paid out to the borrower or the dealer."""

    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleStated(Fact):
    """The instalments as they stand from the value date.

    A later version replaces every instalment from its first number on; those with lower numbers,
    if it leaves them out, keep standing.
    """

    version: int
    instalments: tuple[ScheduledInstalment, ...]
    origin: ScheduleOrigin = ScheduleOrigin.GENERATED


@dataclass(frozen=True, slots=True, kw_only=True)
class Repayment(Fact):
    """Money received or credited, in the state it had when first recorded."""

    amount: Decimal
    kind: RepaymentKind = RepaymentKind.REGULAR
    state: RepaymentState = RepaymentState.SETTLED


@dataclass(frozen=True, slots=True, kw_only=True)
class RepaymentStateChanged(Fact):
    """The money settled or came back. A settled repayment counts from its own value date."""

    repayment_id: FactId
    state: RepaymentState


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal(Fact):
    """Takes another fact back, from this fact's value date on, as if it had never been."""

    reverses: FactId


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge(Fact):
    """A fee or a penalty. Without an instalment it belongs to the period that holds `due_on`."""

    component: Component
    amount: Decimal
    due_on: date
    code: str = ""
    instalment: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver(Fact):
    """Something owed is let off: one charge, or up to `amount` of a component, oldest first."""

    amount: Decimal
    component: Component
    charge_id: FactId | None = None
    instalment: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause(Fact):
    """Ageing stands still from the value date up to, not including, `ends_on`."""

    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume(Fact):
    """Ends a pause early, on the value date: the one named, or the one that contains that day."""

    pause_id: FactId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOff(Fact):
    """A loss. A write-off takes `amounts` away, or, if None, everything open on the value date."""

    kind: LossKind = LossKind.WRITE_OFF
    amounts: Amounts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund(Fact):
    """Money overpaid goes back to the borrower.

    Where the credit turns out not to have been there (a repayment behind it was returned), the
    borrower owes the rest as principal.
    """

    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Chargeback(Fact):
    """Money of a repayment was taken back by the payer's bank; the repayment itself stays.

    Credit bears it first; the rest is owed as principal with the instalment whose period holds the
    value date.
    """

    amount: Decimal
    of: FactId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionFigures(Fact):
    """What a ledger says at the end of `value_on`; None means it does not say."""

    principal_outstanding: Decimal | None = None
    oldest_unpaid_due_on: date | None = None
    days_past_due: int | None = None
    arrears: Amounts | None = None
    arrears_total: Decimal | None = None
    payoff: Decimal | None = None
    next_due_on: date | None = None
    next_due_amount: Decimal | None = None
    is_written_off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningPosition(PositionFigures):
    """Where the loan stood when its portfolio came to us; always believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedPosition(PositionFigures):
    """What the lender's ledger says later; believed or compared, as the convention says."""

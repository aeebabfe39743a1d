"""What happens to a loan, in dated steps that the services then carry out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from loans.contracts.terms import ScheduledInstalment


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One step of a loan's story. `mark` names what a later step refers to."""

    on: dt.date
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay(Event):
    amount: Decimal
    kind: str = "regular"
    state: str = "settled"
    method: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge(Event):
    amount: Decimal
    kind: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle(Event):
    """The pending repayment `mark` settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Return(Event):
    """The repayment `mark` came back."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo(Event):
    """The repayment `mark` was booked by mistake."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack(Event):
    """The payer's bank took part of the repayment `mark` back."""

    amount: Decimal
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waive(Event):
    component: str
    amount: Decimal
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseDays(Event):
    ends_on: dt.date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeEarly(Event):
    """The loan's pause ended before its time."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss(Event):
    kind: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveBack(Event):
    """Overpaid money went back to the payer."""

    amount: Decimal
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extend(Event):
    months: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restructure(Event):
    instalments: tuple[ScheduledInstalment, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restate(Event):
    """The lender stated another schedule."""

    instalments: tuple[ScheduledInstalment, ...]
    reason: str

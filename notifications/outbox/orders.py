"""What the apps above ask the outbox for, and what is checked again before it leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from notifications.outbox.models import Message


@dataclass(frozen=True, slots=True)
class Order:
    """One message that is owed to one person about some of their loans.

    `anchor` names what it is about ("due:2026-12-05", "promise:<id>") and with `step` makes the
    obligation: the same order again changes nothing. Times are instants; `amount` is what is owed
    in the portfolio's currency, and the message is stopped when that is no longer so.
    """

    portfolio_id: UUID
    party_id: UUID
    loan_ids: tuple[UUID, ...]
    template_id: UUID
    anchor: str
    step: str
    send_at: datetime
    expires_at: datetime
    language: str
    contact_point_id: UUID | None = None
    address_id: UUID | None = None
    amount: Decimal | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Recheck:
    """Whether what a message says is still so. `amount` and `fields` are what it may say now.

    `loan_ids` are its loans where the message is not owed yet and has none of its own.
    """

    is_still_so: bool
    reason: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    amount: Decimal | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    loan_ids: tuple[UUID, ...] = ()


#: A check of one purpose, run in the transaction that books the contact. It must not write.
Check = Callable[["Message"], Recheck]

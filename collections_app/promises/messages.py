"""What messages about a promise say, and whether it is still so at the second of sending."""

from __future__ import annotations

from uuid import UUID

from collections_app.promises.models import Promise, PromiseState
from core.money import format_money
from notifications.outbox.models import Message
from notifications.outbox.orders import Recheck
from notifications.outbox.values import written_date

PREFIX = "promise:"


def anchor_of(promise: Promise) -> str:
    """Returns what a message about a promise is about, for the outbox."""
    return f"{PREFIX}{promise.pk}"


def still_promised(message: Message) -> Recheck:
    """The promise is open, for the same sum, and no money that would keep it has come."""
    return _checked(message, PromiseState.OPEN)


def still_broken(message: Message) -> Recheck:
    """The promise is broken and nothing has come since."""
    return _checked(message, PromiseState.BROKEN)


def _checked(message: Message, state: PromiseState) -> Recheck:
    promise = (
        Promise.objects.select_related("loan__position", "loan__portfolio")
        .filter(pk=UUID(message.anchor.removeprefix(PREFIX)), state=state)
        .first()
    )
    if promise is None:
        return Recheck(is_still_so=False, reason="promise_gone")
    position = promise.loan.position
    if position.overdue_amount - position.pending_amount <= 0:
        return Recheck(is_still_so=False, reason="paid")
    if message.amount is not None and promise.amount != message.amount:
        values = {"planned": str(message.amount), "now": str(promise.amount)}
        return Recheck(is_still_so=False, reason="amount_changed", values=values)
    currency = promise.loan.portfolio.currency
    return Recheck(
        is_still_so=True,
        amount=position.overdue_amount - position.pending_amount,
        fields={
            "promised_amount": format_money(promise.amount, currency, message.language),
            "promised_date": written_date(promise.due_on, message.language),
        },
    )

"""What messages about a promise say, and whether it is still so at the second of sending."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from collections_app.promises.models import Promise, PromiseState
from core.money import format_money
from loans.delinquency.models import Position
from notifications.outbox.models import Message
from notifications.outbox.orders import Recheck
from notifications.outbox.values import written_date

PREFIX = "promise:"
_NOTHING = Decimal("0.00")


def anchor_of(promise: Promise) -> str:
    """Returns what a message about a promise is about, for the outbox."""
    return f"{PREFIX}{promise.pk}"


def still_promised(message: Message) -> Recheck:
    """The promise is open, for the same sum, and no money that would keep it has come."""
    promise = _promise(message, PromiseState.OPEN)
    if promise is not None and promise.is_awaiting:
        return Recheck(is_still_so=False, reason="paid")
    return _checked(message, promise, promise.amount if promise else _NOTHING)


def still_broken(message: Message) -> Recheck:
    """The promise is broken and nothing has come since: the arrears are what was planned."""
    promise = _promise(message, PromiseState.BROKEN)
    return _checked(message, promise, _past_due(promise) if promise else _NOTHING)


def _promise(message: Message, state: PromiseState) -> Promise | None:
    return (
        Promise.objects.select_related("loan__position", "loan__portfolio")
        .filter(pk=UUID(message.anchor.removeprefix(PREFIX)), state=state)
        .first()
    )


def _checked(message: Message, promise: Promise | None, now: Decimal) -> Recheck:
    """`now` is what the amount of the message would be if it were planned again."""
    if promise is None:
        return Recheck(is_still_so=False, reason="promise_gone")
    if _past_due(promise) <= 0:
        return Recheck(is_still_so=False, reason="paid")
    if message.amount is not None and now != message.amount:
        values = {"planned": str(message.amount), "now": str(now)}
        return Recheck(is_still_so=False, reason="amount_changed", values=values)
    currency = promise.loan.portfolio.currency
    return Recheck(
        is_still_so=True,
        amount=_past_due(promise),
        fields={
            "promised_amount": format_money(promise.amount, currency, message.language),
            "promised_date": written_date(promise.due_on, message.language),
        },
    )


def _past_due(promise: Promise) -> Decimal:
    position: Position = promise.loan.position
    past_due: Decimal = position.overdue_amount - position.pending_amount
    return past_due

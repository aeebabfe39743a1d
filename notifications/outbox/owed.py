"""Is it still so? The checks of messages about what loans owe, run at the second of sending."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.conf import settings
from django.utils.module_loading import import_string

from loans.delinquency.models import Position
from notifications.outbox.models import Message
from notifications.outbox.orders import Check, Recheck
from notifications.templates.models import MessagePurpose

_ZERO = Decimal("0.00")


def recheck(message: Message) -> Recheck:
    """Returns whether what the message says is still so.

    Purposes that are about something of an app above (a promise, a plan) have their check there;
    settings.MESSAGE_CHECKS names it.
    """
    path: str | None = settings.MESSAGE_CHECKS.get(message.purpose)
    check: Check = import_string(path) if path else _CHECKS.get(message.purpose, _nothing_to_check)
    return check(message)


def _past_due(message: Message) -> Recheck:
    """The arrears that it names are still owed, to the cent, counting money not settled yet."""
    positions = _positions(message)
    owed = sum((p.overdue_amount for p in positions), _ZERO)
    pending = sum((p.pending_amount for p in positions), _ZERO)
    return _compared(message, owed - pending)


def _due_soon(message: Message) -> Recheck:
    """The instalments of the day that it names are still to come, for the same sum."""
    positions = [p for p in _positions(message) if p.next_due_on == message.due_on]
    if not positions:
        return Recheck(is_still_so=False, reason="not_due")
    owed = sum((p.next_due_amount for p in positions), _ZERO)
    pending = sum((p.pending_amount + p.overpaid_amount for p in positions), _ZERO)
    return _compared(message, owed - pending)


def _due_today(message: Message) -> Recheck:
    """Due today: before the close it is the next instalment, after it the newest arrears."""
    soon = _due_soon(message)
    return _past_due(message) if soon.reason == "not_due" else soon


def _nothing_to_check(message: Message) -> Recheck:
    return Recheck(is_still_so=True, amount=message.amount)


def _compared(message: Message, owed: Decimal) -> Recheck:
    if owed <= 0:
        return Recheck(is_still_so=False, reason="paid")
    if message.amount is not None and owed != message.amount:
        return Recheck(
            is_still_so=False,
            reason="amount_changed",
            values={"planned": str(message.amount), "now": str(owed)},
        )
    return Recheck(is_still_so=True, amount=owed)


def _positions(message: Message) -> Sequence[Position]:
    return list(Position.objects.filter(loan__in=message.about.values("loan")))


_CHECKS: dict[str, Check] = {
    MessagePurpose.BEFORE_DUE: _due_soon,
    MessagePurpose.DUE_TODAY: _due_today,
    MessagePurpose.OVERDUE: _past_due,
}

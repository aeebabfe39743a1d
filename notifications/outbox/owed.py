"""Is it still so? The checks of messages about what loans owe, run at the second of sending."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from notifications.outbox.models import Message
from notifications.outbox.orders import Check, Recheck
from notifications.templates.models import MessagePurpose

_ZERO = Decimal("0.00")
_SQL: Final = """
SELECT overdue_amount, pending_amount, overpaid_amount, next_due_on, next_due_amount
FROM loans_position WHERE loan_id = ANY(%s::uuid[])
"""


class _Owed(NamedTuple):
    """What one loan owes at this moment."""

    overdue_amount: Decimal
    pending_amount: Decimal
    overpaid_amount: Decimal
    next_due_on: date | None
    next_due_amount: Decimal


def recheck(message: Message) -> Recheck:
    """Returns whether what the message says is still so.

    Purposes that are about something of an app above (a promise, a plan) have their check there;
    settings.MESSAGE_CHECKS names it. Who plans may want a message no longer that is still true:
    settings.PLANNED_MESSAGE_CHECK names what says so.
    """
    path: str | None = settings.MESSAGE_CHECKS.get(message.purpose)
    check: Check = import_string(path) if path else _CHECKS.get(message.purpose, _nothing_to_check)
    still = check(message)
    if still.is_still_so and message.batch_id is not None and settings.PLANNED_MESSAGE_CHECK:
        planned: Check = import_string(settings.PLANNED_MESSAGE_CHECK)
        wanted = planned(message)
        return still if wanted.is_still_so else wanted
    return still


def _past_due(message: Message) -> Recheck:
    """The arrears that it names are still owed, to the cent, counting money not settled yet."""
    return _late(message, _positions(message))


def _late(message: Message, positions: Sequence[_Owed]) -> Recheck:
    owed = sum((p.overdue_amount for p in positions), _ZERO)
    pending = sum((p.pending_amount for p in positions), _ZERO)
    return _compared(message, owed - pending)


def _due_soon(message: Message) -> Recheck:
    """The instalments of the day that it names are still to come, for the same sum."""
    return _soon(message, _positions(message))


def _soon(message: Message, all_of_them: Sequence[_Owed]) -> Recheck:
    positions = [p for p in all_of_them if p.next_due_on == message.due_on]
    if not positions:
        return Recheck(is_still_so=False, reason="not_due")
    owed = sum((p.next_due_amount for p in positions), _ZERO)
    pending = sum((p.pending_amount + p.overpaid_amount for p in positions), _ZERO)
    return _compared(message, owed - pending)


def _due_today(message: Message) -> Recheck:
    """Due today: before the close it is the next instalment, after it the newest arrears."""
    positions = _positions(message)
    soon = _soon(message, positions)
    return _late(message, positions) if soon.reason == "not_due" else soon


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


def _positions(message: Message) -> Sequence[_Owed]:
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [[about.loan_id for about in message.about.all()]])
        return [_Owed(*row) for row in cursor.fetchall()]


_CHECKS: dict[str, Check] = {
    MessagePurpose.BEFORE_DUE: _due_soon,
    MessagePurpose.DUE_TODAY: _due_today,
    MessagePurpose.OVERDUE: _past_due,
}

"""Moving messages from state to state: the row, its event and the wake-up, always together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from core import clock
from core.facts.announcements import announce
from notifications.outbox.flow import MessageState
from notifications.outbox.models import Message, MessageEvent

#: Who moves a message when no person does.
MACHINE = "Makegood"

_FREE = {"lease_token": None, "lease_until": None}


def move(
    message: Message,
    state: MessageState,
    *,
    word: str = "",
    values: Mapping[str, Any] | None = None,
    by: str = MACHINE,
    **changes: Any,
) -> None:
    """Puts a locked message into a state and writes the event. The caller holds the row.

    Out of `sending` the lease goes with it. `word` is a reason of `outbox.reasons`; it is kept on
    the row where the state is one that says why.
    """
    changes |= {"state": state, "reason": word, "reason_values": dict(values or {})}
    if state is not MessageState.SENDING:
        changes |= _FREE
    for name, value in changes.items():
        setattr(message, name, value)
    message.save(update_fields=list(changes))
    tell([message], word=word, values=values, by=by)


def tell(
    messages: Iterable[Message],
    *,
    word: str = "",
    values: Mapping[str, Any] | None = None,
    by: str = MACHINE,
) -> None:
    """Writes the event of the state that each message is in now."""
    at = clock.now()
    MessageEvent.objects.bulk_create(
        MessageEvent(
            message=message,
            state=message.state,
            at=at,
            word=word,
            values=dict(values or {}),
            by=by,
        )
        for message in messages
    )
    announce(MessageEvent.TOPIC)

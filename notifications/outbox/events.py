"""Moving messages from state to state: the row, its event and the wake-up, always together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db import connection

from core import clock
from core.facts.announcements import announce
from notifications.outbox.flow import MessageState
from notifications.outbox.models import Message, MessageEvent

#: Who moves a message when no person does.
MACHINE = "Makegood"

_MESSAGE: Final = {field.attname: field for field in Message._meta.concrete_fields}
_EVENT: Final = {field.attname: field for field in MessageEvent._meta.concrete_fields}
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

    Row and event are written by one statement. Out of `sending` the lease goes with it. `word` is
    a reason of `outbox.reasons`; it is kept on the row where the state is one that says why.
    """
    changes |= {"state": state, "reason": word, "reason_values": dict(values or {})}
    if state is not MessageState.SENDING:
        changes |= _FREE
    for name, value in changes.items():
        setattr(message, name, value)
    event = {
        "state": state,
        "at": clock.now(),
        "word": word,
        "values": dict(values or {}),
        "by": by,
    }
    columns = ", ".join(f'"{name}"' for name in event)
    assignments, new = _assignments(message, changes)
    said = [_EVENT[name].get_db_prep_save(value, connection) for name, value in event.items()]
    moved = f"UPDATE notifications_message SET {assignments} WHERE id = %s RETURNING id"  # noqa: S608 names
    told = f"INSERT INTO notifications_messageevent (message_id, {columns})"
    one = f"SELECT id{', %s' * len(event)} FROM moved"  # noqa: S608 placeholders
    with connection.cursor() as cursor:
        cursor.execute(f"WITH moved AS ({moved}) {told} {one}", [*new, message.pk, *said])
    announce(MessageEvent.TOPIC)


def change(message: Message, *columns: str) -> None:
    """Writes columns of a locked message, by the names of their attributes; no event."""
    assignments, new = _assignments(message, columns)
    statement = f"UPDATE notifications_message SET {assignments} WHERE id = %s"  # noqa: S608 names
    with connection.cursor() as cursor:
        cursor.execute(statement, [*new, message.pk])


def _assignments(message: Message, columns: Iterable[str]) -> tuple[str, list[Any]]:
    names = list(columns)
    return (
        ", ".join(f'"{_MESSAGE[name].column}" = %s' for name in names),
        [_MESSAGE[name].get_db_prep_save(getattr(message, name), connection) for name in names],
    )


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

"""Keeping what providers send, once; applying it to the messages, whatever the order."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.utils.module_loading import import_string

from compliance.attempts.models import Outcome
from compliance.attempts.services import settle
from core import clock
from core.audit.actors import SYSTEM
from core.encryption.sealing import seal_bytes, unseal_bytes
from core.ids import uuid7
from notifications.channels.mail import SMTP
from notifications.channels.models import ChannelAccount
from notifications.inbound.bad_addresses import mark_address_bad
from notifications.inbound.services import take_in
from notifications.outbox.events import move
from notifications.outbox.flow import MessageState
from notifications.outbox.models import Message
from notifications.receipts.mail_reading import read_mail_in
from notifications.receipts.models import EventKind, ProviderEvent
from notifications.receipts.reading import READERS, Event, Receipt, Reply

log = structlog.get_logger(__name__)

#: By name: the task stands above the services that wake it.
_TASK: Final = "notifications.receipts.tasks.apply_waiting"
_TABLE: Final = "notifications_providerevent"
#: Waits before an event that cannot be applied yet is tried again; after the last it is given up.
#: The message's own call, or the lease of a worker that was lost in it, is over long before.
WAITS: Final = tuple(timedelta(seconds=s) for s in (5, 10, 20, 60, 120, 300, 900, 3_600, 21_600))


@transaction.atomic
def keep_events(*, account: ChannelAccount, body: bytes, query: Mapping[str, str]) -> int:
    """Keeps the events of one call, each once; returns how many are new. Applies nothing yet."""
    return _keep(account, READERS[account.adapter](body, query, account.settings))


@transaction.atomic
def keep_mail(*, account: ChannelAccount, body: bytes, content_type: str) -> int:
    """Keeps the e-mail of one call as replies and bounces, each once; returns how many are new."""
    provider = str(account.settings.get("provider", SMTP))
    return _keep(account, read_mail_in(provider, body, content_type))


def _keep(account: ChannelAccount, events: Sequence[Event]) -> int:
    rows = [_row(account, event) for event in events]
    before = ProviderEvent.objects.filter(
        account=account, event_id__in=[row.event_id for row in rows]
    ).count()
    ProviderEvent.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        transaction.on_commit(_wake, robust=True)
    return len({row.event_id for row in rows}) - before


def _wake() -> None:
    """Wakes a worker; losing the wake-up only delays, for the sweep comes every ten seconds."""
    try:
        import_string(_TASK).apply_async(retry=False, expires=30)
    except Exception as error:
        log.warning("wake_up_lost", task=_TASK, error=repr(error))


def _row(account: ChannelAccount, event: Event) -> ProviderEvent:
    pk, now = uuid7(), clock.now()
    return ProviderEvent(
        id=pk,
        account=account,
        event_id=event.event_id.replace("\x00", "")[:160],
        kind=EventKind.REPLY if isinstance(event, Reply) else EventKind.RECEIPT,
        body=seal_bytes(
            key=account.data_key,
            plaintext=_packed(event),
            table=_TABLE,
            column="body",
            row_id=pk,
        ),
        received_at=now,
        try_at=now,
    )


def apply_events(*, limit: int = 200) -> int:
    """Applies kept events, each in a transaction of its own; returns how many went through.

    A receipt that comes before its message is known to be out waits for it; one that breaks what
    applies it waits too, so that no single event holds up the others.
    """
    waiting = ProviderEvent.objects.filter(applied_at=None, try_at__lte=clock.now())
    ids: Sequence[UUID] = list(
        waiting.order_by("try_at", "pk").values_list("pk", flat=True)[:limit]
    )
    return sum(_tried(pk) for pk in ids)


def _tried(pk: UUID) -> bool:
    try:
        return _apply_one(pk)
    except (OperationalError, InterfaceError):
        raise  # the database is away: nothing can be noted either
    except Exception as error:
        log.exception("event_not_applied", provider_event=str(pk))
        with transaction.atomic():
            row = ProviderEvent.objects.select_for_update().filter(pk=pk, applied_at=None).first()
            if row is not None:
                _put_off(row, type(error).__name__)
        return False


def _put_off(row: ProviderEvent, error: str) -> None:
    """Tries a locked event again later, at last never: then it stays for a person to look at."""
    wait = WAITS[row.tries] if row.tries < len(WAITS) else None
    row.try_at = clock.now() + wait if wait is not None else None
    row.tries, row.error = row.tries + 1, error[:200]
    row.save(update_fields=["try_at", "tries", "error"])


@transaction.atomic
def _apply_one(pk: UUID) -> bool:
    row = (
        ProviderEvent.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("account__data_key")
        .filter(pk=pk, applied_at=None)
        .first()
    )
    if row is None:
        return False
    event = _unpacked(_opened(row))
    is_done = take_in(reply=event, event=row) if isinstance(event, Reply) else _receive(row, event)
    if not is_done:
        _put_off(row, "message unknown")
        return False
    row.applied_at, row.error = clock.now(), ""
    row.save(update_fields=["applied_at", "error"])
    return True


def _receive(row: ProviderEvent, receipt: Receipt) -> bool:
    """Moves the message forward only; a late or repeated receipt changes nothing."""
    message = _message_of(row, receipt)
    if message is None:
        return False
    if receipt.address_is_bad:
        mark_address_bad(message)
    if message.state == MessageState.SENDING:
        return False  # the call is not over: its own answer comes first
    if message.state == MessageState.UNCERTAIN:
        _became_known(message, receipt)
    if receipt.arrived is True and message.state in _MAY_ARRIVE:
        move(message, MessageState.DELIVERED)
    elif receipt.arrived is False and message.state == MessageState.ACCEPTED:
        move(message, MessageState.UNDELIVERED, word="bounced", values={"said": receipt.said[:80]})
    return True


_MAY_ARRIVE: Final = frozenset({MessageState.ACCEPTED, MessageState.UNDELIVERED})


def _became_known(message: Message, receipt: Receipt) -> None:
    """A receipt answers the question better than any lookup: the provider had it."""
    assert message.attempt is not None  # booked before the call
    settle(attempt=message.attempt, outcome=Outcome.SENT, by=SYSTEM)
    ref = message.provider_ref or receipt.provider_ref[:120]
    move(message, MessageState.ACCEPTED, word="found", provider_ref=ref, ask_at=None)


def _message_of(row: ProviderEvent, receipt: Receipt) -> Message | None:
    messages = Message.objects.select_for_update(of=("self",)).select_related(
        "attempt", "contact_point", "portfolio"
    )
    try:
        by_reference = UUID(hex=receipt.reference)
    except ValueError:
        by_reference = None
    if by_reference is not None:
        found = messages.filter(pk=by_reference, account=row.account).first()
        if found is not None:
            return found
    if not receipt.provider_ref:
        return None
    return messages.filter(account=row.account, provider_ref=receipt.provider_ref).first()


def _opened(row: ProviderEvent) -> bytes:
    return unseal_bytes(
        key=row.account.data_key, sealed=row.body, table=_TABLE, column="body", row_id=row.pk
    )


def _packed(event: Event) -> bytes:
    told: dict[str, Any] = asdict(event) | {"is_reply": isinstance(event, Reply)}
    return json.dumps(told, default=str, ensure_ascii=False).encode()


def _unpacked(body: bytes) -> Event:
    told = json.loads(body)
    if told.pop("is_reply"):
        told["at"] = datetime.fromisoformat(told["at"]) if told["at"] else None
        return Reply(**told)
    return Receipt(**told)

"""Asking providers about messages whose sending broke off; never sending again blindly."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from compliance.attempts.models import Outcome
from compliance.attempts.services import settle
from core import clock
from core.audit.actors import SYSTEM
from core.jobs.failpoints import failpoint
from notifications.channels.adapters import Absent, CannotTell, Found, LookupResult
from notifications.channels.flow import Lookup
from notifications.channels.registry import adapter_of
from notifications.outbox.content import outgoing_again
from notifications.outbox.events import move
from notifications.outbox.flow import MessageState
from notifications.outbox.models import Message

#: "Never got it" counts once it was said this often: an index may lag behind.
ABSENT_TIMES: Final = 2
#: How long a question may take before another asker asks it.
_A_QUESTION: Final = timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
#: A provider that cannot tell is asked this often, then a person is.
MOST_QUESTIONS: Final = 5

_RELATED = ("account__data_key", "attempt", "party__data_key", "contact_point", "version")


def ask_due(*, limit: int = 100) -> int:
    """Asks about uncertain messages whose time has come; returns how many were asked about.

    No transaction is open during a question. A row is taken by putting its next question off, so
    two askers do not ask the same. It ends in time for a task, however slowly it is answered.
    """
    asked, until = 0, time.monotonic() + settings.OUTBOX_TURN_SECONDS
    while asked < limit and time.monotonic() < until:
        message_id = _next()
        if message_id is None:
            break
        message = Message.objects.select_related(*_RELATED).get(pk=message_id)
        assert message.account is not None  # claimed once
        adapter = adapter_of(message.account)
        if adapter.lookup is not Lookup.NONE:
            answer = adapter.find(outgoing_again(message))
        else:
            answer = CannotTell("lookup_none")
        failpoint("outbox.after_asking")
        _record(message_id, answer, deduplicates=adapter.deduplicates, wait=adapter.find_delay)
        asked += 1
    return asked


def _next() -> UUID | None:
    """Takes a message to ask about: its next question is put off while this one runs."""
    now = clock.now()
    with transaction.atomic():
        pk: UUID | None = (
            Message.objects.uncertain()
            .filter(ask_at__lte=now)
            .order_by("ask_at")
            .select_for_update(skip_locked=True, of=("self",))
            .values_list("pk", flat=True)
            .first()
        )
        if pk is not None:
            Message.objects.filter(pk=pk).update(ask_at=now + _A_QUESTION)
    return pk


@transaction.atomic
def _record(message_id: UUID, answer: LookupResult, *, deduplicates: bool, wait: float) -> None:
    message = (
        Message.objects.select_for_update(of=("self",)).select_related("attempt").get(pk=message_id)
    )
    if message.state != MessageState.UNCERTAIN:
        return  # a receipt, or a person, was quicker
    assert message.attempt is not None  # booked before the call
    count = message.asked_count + 1
    if isinstance(answer, Found):
        settle(attempt=message.attempt, outcome=Outcome.SENT, by=SYSTEM)
        ref = answer.provider_ref[:120]
        move(message, MessageState.ACCEPTED, word="found", provider_ref=ref, ask_at=None)
    elif isinstance(answer, Absent) and _absent_times(message) + 1 >= ABSENT_TIMES:
        _owe_again(message, "absent")
    elif isinstance(answer, CannotTell) and deduplicates:
        _owe_again(message, "sent_again")
    else:
        _ask_again(message, count, wait, answer)


def _owe_again(message: Message, word: str) -> None:
    """Nothing left, or nothing can leave twice: the contact is given back and booked anew."""
    assert message.attempt is not None
    settle(attempt=message.attempt, outcome=Outcome.NOT_MADE, by=SYSTEM)
    move(
        message,
        MessageState.WAITING,
        word=word,
        send_at=clock.now(),
        calling_at=None,
        ask_at=None,
        asked_count=0,
    )


def _ask_again(message: Message, count: int, wait: float, answer: LookupResult) -> None:
    """Puts the next question off; after enough of them it is a person's to settle."""
    message.asked_count = count
    absent = {"absent": _absent_times(message) + 1} if isinstance(answer, Absent) else {}
    message.reason_values = {**message.reason_values, "absent": 0, **absent}
    gives_up = isinstance(answer, CannotTell) and count >= MOST_QUESTIONS
    pause = max(wait, 1.0) * (2 ** min(count, 6))
    is_askable = not (isinstance(answer, CannotTell) and answer.reason == "lookup_none")
    message.ask_at = None if gives_up or not is_askable else clock.now() + timedelta(seconds=pause)
    if message.ask_at is None:
        said = {"said": answer.reason} if isinstance(answer, CannotTell) else {}
        message.reason, message.reason_values = "cannot_tell", said
    message.save(update_fields=["asked_count", "ask_at", "reason", "reason_values"])


def _absent_times(message: Message) -> int:
    """How often in a row the provider said that it never got the message."""
    return int(message.reason_values.get("absent", 0))

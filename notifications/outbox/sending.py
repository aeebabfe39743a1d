"""Sending one claimed message: check at the second of sending, book the contact, call, record.

The seven places at which a worker can die, and what is left there:

1. after the claim: a lease that runs out; the message waits again.
2. while it is checked: the same, for one transaction holds checks, booking and text.
3. after the contact is booked, before the call: `calling_at` stands, so it is uncertain.
4. during the call, 5. after it and before it is recorded: the same.
6. after it is recorded: nothing is owed any more.
7. before the next message of the claim: as 1.

The provider is asked about what is uncertain (`outbox.asking`).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from compliance.attempts.models import Outcome
from compliance.attempts.services import ContactRefused, reserve_within, settle_within
from core import clock
from core.audit.actors import SYSTEM
from core.jobs.failpoints import failpoint
from notifications.channels.adapters import Accepted, Outgoing, Refused, SendResult, Unknown
from notifications.channels.deadline import begun_by
from notifications.channels.models import ChannelAccount
from notifications.channels.pace import pause_account
from notifications.channels.registry import adapter_of
from notifications.inbound.bad_addresses import mark_address_bad
from notifications.outbox.briefing import Briefing
from notifications.outbox.claiming import (
    LEASE,
    MOST_TRIES,
    NEEDED_FOR_A_CALL,
    become_uncertain,
    is_mine,
    may_call,
    own,
    take_turn,
)
from notifications.outbox.content import KEPT, Content, NotSayable, compose, keep
from notifications.outbox.events import change, move
from notifications.outbox.flow import MessageState
from notifications.outbox.gating import contact_request
from notifications.outbox.holds import hold_of
from notifications.outbox.models import Message
from notifications.outbox.owed import recheck

log = structlog.get_logger(__name__)

#: No call is under way and nothing is to be asked about it.
_OVER: Final[Mapping[str, Any]] = {"calling_at": None, "ask_at": None}


@dataclass(frozen=True, slots=True)
class _Stopped:
    """Why a message is not sent now; with an instant, it waits until then."""

    state: MessageState
    word: str
    values: Mapping[str, Any]
    again_at: Any = None


@dataclass(frozen=True, slots=True)
class _Ready:
    """A booked message, and until when (`time.monotonic()`) its call may still be begun."""

    message: Message
    outgoing: Outgoing
    account: ChannelAccount
    begin_by: float


def send_one(*, message_id: UUID, token: UUID, briefing: Briefing | None = None) -> None:
    """Sends one claimed message, or says why not. Never raises for what a provider does.

    `briefing` expects it; what the texts of a claim are made of is read together there.

    What breaks a worker repeatedly is set aside after MOST_TRIES; a database that is away leaves
    the lease to run out.
    """
    failpoint("outbox.after_claim")
    if not take_turn(message_id=message_id, token=token):
        return
    try:
        ready = _prepare(message_id, token, briefing)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        _set_back(message_id, token, type(error).__name__)
        log.exception("message_not_prepared", message=str(message_id))
        return
    if ready is None:
        return
    failpoint("outbox.before_call")
    result: SendResult = Refused("too_late", may_retry=True)
    if may_call(message_id=message_id, token=token):
        result = _call(ready)
    failpoint("outbox.after_call")
    _record(ready.message, token, result)
    failpoint("outbox.after_record")


def _prepare(message_id: UUID, token: UUID, briefing: Briefing | None = None) -> _Ready | None:
    """Checks, books the contact and keeps the text, in one transaction; None when it stops here."""
    begin_by = time.monotonic() + (LEASE - NEEDED_FOR_A_CALL).total_seconds()
    with transaction.atomic():
        owned = own(message_id=message_id, token=token)
        if owned is None:
            return None
        message = (briefing or Briefing([message_id])).take(message_id)
        message.attempt_count, message.expires_at = owned
        # What is committed by this moment is seen by the checks below.
        now = clock.now()
        content = _content_or_stop(message, now)
        if isinstance(content, _Stopped):
            _stop(message, content)
            return None
        failpoint("outbox.before_booking")
        attempt = reserve_within(request=contact_request(message, content.version), by=SYSTEM)
        if isinstance(attempt, ContactRefused):
            _stop(message, _refused_by_gate(message, attempt))
            return None
        message.attempt, message.calling_at = attempt, now
        keep(message, content)
        change(message, "attempt_id", "calling_at", *KEPT)
    failpoint("outbox.after_booking")
    assert message.account is not None  # claimed
    closes_at = attempt.decision.closes_at
    if closes_at is not None:
        # The permission ends with its hours, and a call may take its whole time before it arrives.
        left = (closes_at - clock.now()).total_seconds() - settings.OUTBOX_CALL_SECONDS
        begin_by = min(begin_by, time.monotonic() + left)
    return _Ready(message, content.outgoing(message), message.account, begin_by)


def _content_or_stop(message: Message, now: datetime) -> Content | _Stopped:
    """What the message says now, or the first reason not to say it."""
    held = hold_of(message, at=now)
    if message.expires_at <= now:
        word = "held_too_long" if held is not None else "expired"
        return _Stopped(MessageState.EXPIRED, word, {})
    if held is not None:
        until = min(held.ends_at or message.expires_at, message.expires_at)
        return _Stopped(MessageState.WAITING, "held", {"reason": held.reason}, until)
    point = message.contact_point
    if point is not None and point.invalid_since is not None:
        return _Stopped(MessageState.SUPPRESSED, "address_gone", {})
    still = recheck(message)
    if not still.is_still_so:
        return _Stopped(MessageState.SUPPRESSED, still.reason, still.values)
    try:
        return compose(message, still)
    except NotSayable as why:
        return _Stopped(MessageState.SUPPRESSED, why.reason, why.values)


def _refused_by_gate(message: Message, refused: ContactRefused) -> _Stopped:
    """The gate's no: wait for its next yes where that is in time, else give its codes as reason."""
    decision = refused.decision
    values = {
        "codes": ", ".join(dict.fromkeys(found.code for found in decision.denials)),
        "verdict": str(refused.verdict.pk),
    }
    opens = decision.next_allowed_at
    if opens is not None and opens < message.expires_at:
        return _Stopped(MessageState.WAITING, "gate_waits", values, opens)
    return _Stopped(MessageState.SUPPRESSED, "gate", values)


def _stop(message: Message, why: _Stopped) -> None:
    """Ends or postpones the message. Waiting for a hold or the gate is not a failed try."""
    changes: dict[str, Any] = {}
    if why.again_at is not None:
        changes = {"send_at": why.again_at, "attempt_count": message.attempt_count - 1}
    move(message, why.state, word=why.word, values=why.values, **changes)


def _call(ready: _Ready) -> SendResult:
    try:
        with begun_by(ready.begin_by):
            return adapter_of(ready.account).send(ready.outgoing)
    except Exception as error:
        # An adapter that breaks may have sent: nothing else is honest.
        log.exception("adapter_broke", account=str(ready.account.pk))
        return Unknown(type(error).__name__)


@transaction.atomic
def _record(message: Message, token: UUID, result: SendResult) -> None:
    """Writes what the call brought; a worker whose lease ran out still tells what it saw."""
    booked = message.attempt_id
    mine = is_mine(message, token=token)
    if not mine:
        if message.state != MessageState.UNCERTAIN:
            return
        # Others had it since: what was prepared is not what stands there.
        message = Message.objects.select_related("account", "attempt").get(pk=message.pk)
    if isinstance(result, Accepted):
        _accept(message, result)
    elif isinstance(result, Refused) and (mine or message.attempt_id == booked):
        _refuse(message, result)
    elif mine:
        become_uncertain(message, word="unclear", said=_said(result))


def _accept(message: Message, result: Accepted) -> None:
    settle_within(attempt=_attempt(message), outcome=Outcome.SENT, by=SYSTEM)
    changes: dict[str, Any] = {"provider_ref": result.provider_ref[:120], "ask_at": None}
    if result.parts is not None:
        changes["parts"] = result.parts
    if result.cost is not None:
        changes["cost"] = result.cost
    move(message, MessageState.ACCEPTED, **changes)


def _refuse(message: Message, result: Refused) -> None:
    """Gives the booked contact back; tries again later where that may help."""
    settle_within(attempt=_attempt(message), outcome=Outcome.NOT_MADE, by=SYSTEM)
    said = {"said": result.reason[:200]}
    if result.address_is_bad:
        mark_address_bad(message)
    if not result.may_retry:
        move(message, MessageState.FAILED, word="refused", values=said, **_OVER)
        return
    if message.attempt_count >= MOST_TRIES:
        tries = {"tries": message.attempt_count, **said}
        move(message, MessageState.FAILED, word="too_many_tries", values=tries, **_OVER)
        return
    wait = result.retry_after or _wait_after(message)
    again = clock.now() + timedelta(seconds=wait)
    if result.retry_after:
        assert message.account is not None  # claimed
        pause_account(account_id=message.account.pk, until=again)
    move(
        message,
        MessageState.WAITING,
        word="try_again",
        values=said,
        send_at=again,
        **_OVER,
    )


def _set_back(message_id: UUID, token: UUID, said: str) -> None:
    """A message that broke its preparation waits longer each time, and is set aside at last."""
    with transaction.atomic():
        if own(message_id=message_id, token=token) is None:
            return
        message = Message.objects.get(pk=message_id)
        if message.attempt_count >= MOST_TRIES:
            move(message, MessageState.FAILED, word="poison", values={"said": said})
            return
        move(
            message,
            MessageState.WAITING,
            word="try_again",
            values={"said": said},
            send_at=clock.now() + timedelta(seconds=_wait_after(message)),
        )


def _wait_after(message: Message) -> int:
    """Seconds until a message is tried again, longer each time, where the provider names none."""
    waits: tuple[int, ...] = settings.OUTBOX_RETRY_SECONDS
    return waits[min(message.attempt_count, len(waits)) - 1]


def _attempt(message: Message) -> Any:
    assert message.attempt is not None  # booked before the call
    return message.attempt


def _said(result: SendResult) -> str:
    return result.reason[:200] if isinstance(result, Unknown | Refused) else ""

"""Taking due messages under a lease, and giving back what a lost worker held; database time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction

from core import clock
from notifications.channels.models import ChannelAccount
from notifications.channels.registry import adapter_of
from notifications.outbox.events import MACHINE, move
from notifications.outbox.flow import MessageState
from notifications.outbox.models import Message

#: How long a worker owns a message: longer than a turn and the hardest time-out of a call.
LEASE: Final = timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
#: A call is begun only with this much of the lease left: the total time-out and as much again.
NEEDED_FOR_A_CALL: Final = timedelta(seconds=2 * settings.OUTBOX_CALL_SECONDS)
#: After so many tries a message is set aside.
MOST_TRIES: Final = 5
#: Messages taken at once; each gets its lease anew before it is sent.
MOST_AT_ONCE: Final = 10

#: A portfolio with an account of its own is left to that one.
_CLAIM: Final = """
WITH due AS MATERIALIZED (
    SELECT message.id FROM notifications_message AS message
    WHERE message.state = 'waiting' AND message.channel = %(channel)s
      AND message.send_at <= now()
      AND (CASE WHEN %(portfolio)s::uuid IS NOT NULL THEN message.portfolio_id = %(portfolio)s
           ELSE NOT EXISTS (
               SELECT 1 FROM notifications_channelaccount AS own
               WHERE own.channel = message.channel AND own.portfolio_id = message.portfolio_id)
           END)
    ORDER BY message.send_at, message.id
    LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE notifications_message AS message
    SET state = 'sending', account_id = %(account)s, lease_token = %(token)s,
        lease_until = now() + %(lease)s::interval, calling_at = NULL,
        reason = '', reason_values = '{}'
    FROM due WHERE message.id = due.id
    RETURNING message.id
)
INSERT INTO notifications_messageevent (message_id, state, at, word, "values", by)
SELECT id, 'sending', now(), '', '{}', %(by)s FROM taken
RETURNING message_id, set_config('synchronous_commit', 'off', true)
"""
#: What is claimed, and whose turn it is, may be lost when PostgreSQL is: no call was made for it
#: yet, and the booking before a call is written to disk with all that came before it.
_TURN: Final = """
UPDATE notifications_message
SET attempt_count = attempt_count + 1, lease_until = now() + %s::interval
WHERE id = %s AND lease_token = %s AND state = 'sending' AND lease_until > now()
RETURNING set_config('synchronous_commit', 'off', true)
"""
#: What became of a call may be lost with PostgreSQL as well: the message is then uncertain, as one
#: in a call is. The booking of the worker's next message is written to disk with it.
_STANDS: Final = """
SELECT state, lease_token, set_config('synchronous_commit', 'off', true)
FROM notifications_message WHERE id = %s FOR UPDATE
"""
_OWN: Final = """
SELECT attempt_count, expires_at FROM notifications_message
WHERE id = %s AND lease_token = %s AND state = 'sending' FOR UPDATE
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """Messages one worker holds; every later write of theirs names the token."""

    token: UUID
    message_ids: tuple[UUID, ...]


def claim(*, account: ChannelAccount, limit: int = MOST_AT_ONCE) -> Claim:
    """Takes due messages of the account's channel that nobody holds; one committed statement."""
    token = uuid4()
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {
                "channel": account.channel,
                "portfolio": account.portfolio_id,
                "account": account.pk,
                "limit": limit,
                "token": token,
                "lease": _seconds(LEASE),
                "by": MACHINE,
            },
        )
        rows = cursor.fetchall()
    return Claim(token=token, message_ids=tuple(row[0] for row in rows))


def give_back(*, claimed: Claim, message_ids: Sequence[UUID]) -> None:
    """Puts messages that a worker did not come to back into waiting, at the end of its turn."""
    with transaction.atomic():
        mine = Message.objects.select_for_update(of=("self",)).filter(
            pk__in=message_ids, lease_token=claimed.token, state=MessageState.SENDING
        )
        for message in mine:
            move(message, MessageState.WAITING)


def take_turn(*, message_id: UUID, token: UUID) -> bool:
    """Begins a try of a claimed message: counts it and renews the lease; False when it is lost.

    Committed by itself, before anything of the message is read: a message that breaks its worker
    has its tries counted, and those that were claimed beside it do not share in them.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TURN, [_seconds(LEASE), message_id, token])
        return bool(cursor.rowcount)


def own(*, message_id: UUID, token: UUID) -> tuple[int, datetime] | None:
    """Locks a message to the end of the transaction; None when it is no longer this worker's.

    Returns how often it was tried and until when it is useful.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OWN, [message_id, token])
        row: tuple[int, datetime] | None = cursor.fetchone()
    return row


def is_mine(message: Message, *, token: UUID) -> bool:
    """Locks a message to the end of the transaction and says whether it is still this worker's.

    Its state and lease are then as they stand, whoever's it is. The transaction does not wait for
    the disk.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STANDS, [message.pk])
        message.state, message.lease_token, _off = cursor.fetchone()
    return message.state == MessageState.SENDING and message.lease_token == token


def may_call(*, message_id: UUID, token: UUID) -> bool:
    """The fence, asked right before the call: still ours, with time enough left for it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM notifications_message WHERE id = %s AND lease_token = %s"
            " AND state = 'sending' AND lease_until > now() + %s::interval",
            [message_id, token, _seconds(NEEDED_FOR_A_CALL)],
        )
        return cursor.fetchone() is not None


def give_back_lost(*, limit: int = 200) -> int:
    """Takes messages from workers that let their lease run out; returns how many.

    One whose call had not begun goes back to waiting, as nothing can have left. One whose call had
    begun is uncertain. A message that loses every worker is set aside.
    """
    moved = 0
    for message_id in _lost(limit):
        with transaction.atomic():
            message = (
                Message.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("account")
                .filter(pk=message_id, state=MessageState.SENDING, lease_until__lt=_database_now())
                .first()
            )
            if message is not None:
                _take_back(message)
                moved += 1
    return moved


def _take_back(message: Message) -> None:
    if message.calling_at is not None:
        become_uncertain(message, word="lease_lost")
    elif message.attempt_count >= MOST_TRIES:
        said = {"said": "lease_lost"}
        move(message, MessageState.FAILED, word="poison", values=said)
    else:
        move(message, MessageState.WAITING, word="worker_lost")


def become_uncertain(message: Message, *, word: str, said: str = "", by: str = MACHINE) -> None:
    """Marks a message whose call may or may not have arrived, and says when it is asked about."""
    assert message.account is not None  # claimed
    delay = timedelta(seconds=adapter_of(message.account).find_delay)
    move(
        message,
        MessageState.UNCERTAIN,
        word=word,
        values={"said": said} if said else {},
        by=by,
        ask_at=clock.now() + delay,
        asked_count=0,
    )


def _lost(limit: int) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM notifications_message WHERE state = 'sending' AND lease_until < now()"
            " ORDER BY lease_until LIMIT %s",
            [limit],
        )
        return [row[0] for row in cursor.fetchall()]


def _seconds(span: timedelta) -> str:
    return f"{span.total_seconds()} s"


def _database_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        now: datetime = cursor.fetchone()[0]
    return now

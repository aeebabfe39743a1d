"""How fast and how many at once: a rate limit and slots, as rows every worker shares."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection

from notifications.channels.models import ChannelAccount, ChannelPace, ChannelSlot

#: A slot whose worker died is free again after that: the longest turn, which may end in a call.
SLOT_LEASE: Final = timedelta(
    seconds=settings.OUTBOX_TURN_SECONDS + 2 * settings.OUTBOX_CALL_SECONDS
)

#: The row is locked by the inner select, so two workers never share a place of one second. Which
#: were taken may be lost when PostgreSQL is: it is not back within that second.
_LET_GO: Final = """
UPDATE notifications_channelpace AS pace SET
    second = this.second, let_go = least(%(rate)s, this.before + %(wanted)s)
FROM (
    SELECT account_id, extract(epoch FROM now())::bigint AS second,
        CASE WHEN second = extract(epoch FROM now())::bigint THEN let_go ELSE 0 END AS before
    FROM notifications_channelpace WHERE account_id = %(account)s FOR UPDATE
) AS this
WHERE pace.account_id = this.account_id
  AND (pace.paused_until IS NULL OR pace.paused_until <= now())
RETURNING pace.let_go - this.before, set_config('synchronous_commit', 'off', true)
"""

_TAKE_SLOT: Final = """
WITH free AS MATERIALIZED (
    SELECT id FROM notifications_channelslot
    WHERE account_id = %(account)s AND number < %(most)s
      AND (lease_until IS NULL OR lease_until < now())
    ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED
)
UPDATE notifications_channelslot AS slot
SET token = %(token)s, lease_until = now() + %(lease)s::interval
FROM free WHERE slot.id = free.id
RETURNING slot.id
"""


def let_go(*, account: ChannelAccount, wanted: int) -> int:
    """Returns how many of the wanted messages may leave in this second, and counts them."""
    values: dict[str, UUID | int] = {
        "account": account.pk,
        "wanted": wanted,
        "rate": account.rate_per_second,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LET_GO, values)
        row = cursor.fetchone()
        if row is None and ChannelPace.objects.get_or_create(account=account)[1]:
            cursor.execute(_LET_GO, values)
            row = cursor.fetchone()
    return max(0, int(row[0])) if row else 0


def pause_account(*, account_id: UUID, until: datetime) -> None:
    """Keeps an account still until an instant, because its provider asked for it."""
    ChannelPace.objects.update_or_create(account_id=account_id, defaults={"paused_until": until})


@contextmanager
def slot(*, account: ChannelAccount) -> Iterator[bool]:
    """Holds one of the account's slots for the block; False when all of them are taken."""
    token = uuid4()
    slot_id = _take(account, token)
    try:
        yield slot_id is not None
    finally:
        if slot_id is not None:
            ChannelSlot.objects.filter(pk=slot_id, token=token).update(token=None, lease_until=None)


def _take(account: ChannelAccount, token: UUID) -> int | None:
    values: dict[str, str | int | UUID] = {
        "account": account.pk,
        "most": account.parallel_calls,
        "token": token,
        "lease": f"{SLOT_LEASE.total_seconds()} s",
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_SLOT, values)
        row = cursor.fetchone()
    return int(row[0]) if row else None


def make_slots(account: ChannelAccount) -> None:
    """Gives an account the rows of its slots; more calls at once need more rows."""
    ChannelSlot.objects.bulk_create(
        (ChannelSlot(account=account, number=number) for number in range(account.parallel_calls)),
        ignore_conflicts=True,
    )

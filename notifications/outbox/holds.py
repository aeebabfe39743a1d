"""Which hold keeps a message back."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from django.db import connection

from notifications.outbox.models import Message

#: Of the whole portfolio; of a line, whose messages add the day to its code (late, late@3); of the
#: person; of one of the loans.
_SQL: Final = """
SELECT reason, starts_at, ends_at FROM notifications_messagehold
WHERE portfolio_id = %(portfolio)s AND released_at IS NULL
    AND starts_at <= %(at)s AND (ends_at IS NULL OR ends_at > %(at)s)
    AND CASE WHEN step <> '' THEN step IN (%(step)s, %(line)s)
             WHEN party_id IS NOT NULL THEN party_id = %(party)s
             WHEN loan_id IS NOT NULL THEN loan_id IN (
                 SELECT loan_id FROM notifications_messageloan WHERE message_id = %(message)s)
             ELSE true END
"""


class Held(NamedTuple):
    """What keeps a message back, why, and until when (None: until it is released)."""

    reason: str
    starts_at: datetime
    ends_at: datetime | None


def hold_of(message: Message, *, at: datetime) -> Held | None:
    """Returns the hold in force that keeps the message, the longest first; None for none."""
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL,
            {
                "portfolio": message.portfolio_id,
                "at": at,
                "step": message.step,
                "line": message.step.partition("@")[0],
                "party": message.party_id,
                "message": message.pk,
            },
        )
        held = [Held(*row) for row in cursor.fetchall()]
    return max(held, key=_length, default=None)


def _length(held: Held) -> tuple[bool, datetime]:
    return (held.ends_at is None, held.ends_at or held.starts_at)

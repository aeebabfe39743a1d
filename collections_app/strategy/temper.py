"""How it stands between us and a person, for messages that were planned before it fell."""

from __future__ import annotations

from typing import Final

from django.db import connection

from notifications.outbox.models import Message
from notifications.outbox.orders import Recheck

#: Whether the line a message was planned by leaves its person out as the relationship is now.
_LEAVES_OUT: Final = """
SELECT 1
FROM notifications_batch AS batch
JOIN collections_app_strategyversion AS version
    ON batch.strategy_version = version.strategy_id::text || ' v' || version.version
JOIN collections_app_strategyline AS line
    ON line.version_id = version.id AND line.code = %(code)s
JOIN collections_app_relationshipstate AS stands
    ON stands.party_id = %(party)s AND stands.portfolio_id = batch.portfolio_id
WHERE batch.id = %(batch)s
  AND (stands.state <> 'steady' AND 'strained' = ANY(line.without_flags)
       OR stands.state = 'hot' AND 'hot' = ANY(line.without_flags))
"""


def still_wanted(message: Message) -> Recheck:
    """Returns whether the strategy still wants a message it planned. One query.

    Not where its line leaves out whom it stands badly with, and it came to that since.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _LEAVES_OUT,
            {
                "batch": message.batch_id,
                "code": message.step.partition("@")[0],
                "party": message.party_id,
            },
        )
        is_left_out = cursor.fetchone() is not None
    if is_left_out:
        return Recheck(is_still_so=False, reason="relationship")
    return Recheck(is_still_so=True, amount=message.amount)

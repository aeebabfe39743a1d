"""One worker's turn at an account: a slot, then claims and calls until nothing is due."""

from __future__ import annotations

import time
from typing import Final

from django.conf import settings
from django.db import connection

from notifications.channels.models import ChannelAccount
from notifications.channels.pace import let_go, slot
from notifications.outbox.briefing import Briefing
from notifications.outbox.claiming import MOST_AT_ONCE, Claim, claim, give_back
from notifications.outbox.queries import accounts_with_work
from notifications.outbox.sending import send_one

#: Seconds after which a turn ends by itself, well before a task's time limit; the next goes on.
TURN: Final[float] = settings.OUTBOX_TURN_SECONDS
#: Seconds between looks while the rate limit or a pause keeps an account still.
PAUSE: Final = 0.1


def run_account(account: ChannelAccount, *, seconds: float = TURN) -> int:
    """Sends what is due through one account; returns how many messages were handled.

    Leaves at once when the account is switched off, paused, or has no free slot.
    """
    handled = 0
    until = time.monotonic() + seconds
    briefing = Briefing()
    with slot(account=account) as is_free:
        while is_free and time.monotonic() < until and _is_on(account):
            place = let_go(account=account, wanted=MOST_AT_ONCE)
            if not place:
                if not accounts_with_work(only=account):
                    break
                time.sleep(PAUSE)
                continue
            taken = claim(account=account, limit=place)
            if not taken.message_ids:
                break
            handled += _send_all(taken, briefing, until)
    return handled


def _send_all(taken: Claim, briefing: Briefing, until: float) -> int:
    """Sends the claimed messages one by one; what the turn has no time for goes back."""
    briefing.expect(taken.message_ids)
    for place, message_id in enumerate(taken.message_ids):
        if time.monotonic() >= until:
            give_back(claimed=taken, message_ids=taken.message_ids[place:])
            return place
        send_one(message_id=message_id, token=taken.token, briefing=briefing)
    return len(taken.message_ids)


def _is_on(account: ChannelAccount) -> bool:
    """The kill switch is read before every claim."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT is_on FROM notifications_channelaccount WHERE id = %s", [account.pk])
        row = cursor.fetchone()
    return row is not None and bool(row[0])

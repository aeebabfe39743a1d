"""How far batches of messages are, and when the last of one will have left."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, Max, QuerySet

from accounts.models import User
from core import clock
from notifications.channels.models import ChannelAccount
from notifications.outbox.flow import OUT, MessageState
from notifications.outbox.models import Batch, Message

_UNDER_WAY: Final = frozenset({MessageState.WAITING, MessageState.SENDING})


@dataclass(frozen=True, slots=True)
class Progress:
    """What became of a batch's messages so far, by state and by reason."""

    by_state: Counter[str] = field(default_factory=Counter)
    #: Reasons of those that were not sent and will not be.
    by_reason: Counter[str] = field(default_factory=Counter)

    @property
    def planned(self) -> int:
        return self.by_state.total()

    @property
    def sent(self) -> int:
        """Those the provider has, or may have."""
        return sum(self.by_state[state] for state in OUT)

    @property
    def waiting(self) -> int:
        return sum(self.by_state[state] for state in _UNDER_WAY)

    @property
    def stopped(self) -> int:
        return self.planned - self.sent - self.waiting

    @property
    def percent(self) -> int:
        """How much of it is decided, rounded down so that 100 means all."""
        return (self.planned - self.waiting) * 100 // self.planned if self.planned else 100


@dataclass(frozen=True, slots=True)
class Ending:
    """When the last message will have left; without an instant, what keeps it."""

    at: datetime | None
    lacks_account: bool = False


def batches_of(*, user: User) -> QuerySet[Batch]:
    """Returns the batches of a list, unordered, in the reader's scope."""
    return Batch.objects.visible_to(user).select_related("portfolio")


def progress_of(batches: list[UUID]) -> dict[UUID, Progress]:
    """Returns how far each of some batches is. One query."""
    found = {pk: Progress() for pk in batches}
    rows = Message.objects.filter(batch__in=batches).order_by()
    for pk, state, reason, n in rows.values_list("batch", "state", "reason").annotate(
        n=Count("pk")
    ):
        progress = found[pk]
        progress.by_state[state] += n
        if reason and state not in OUT | _UNDER_WAY:
            progress.by_reason[reason] += n
    return found


def ending_of(batch: Batch) -> Ending | None:
    """Returns when the batch ends at the rate its accounts may send; None when it has ended.

    What waits for its hour counts from then. Two queries.
    """
    rows = Message.objects.filter(batch=batch, state__in=_UNDER_WAY).order_by()
    waiting = list(rows.values_list("channel").annotate(n=Count("pk"), last=Max("send_at")))
    if not waiting:
        return None
    accounts = _accounts(batch)
    now = clock.now()
    ends: list[datetime] = []
    for channel, number, last in waiting:
        account = accounts.get(channel)
        if account is None or not account.is_on:
            return Ending(None, lacks_account=True)
        pause = getattr(getattr(account, "pace", None), "paused_until", None)
        start = max(now, pause or now)
        ends.append(max(last, start + timedelta(seconds=number / account.rate_per_second)))
    return Ending(max(ends))


def _accounts(batch: Batch) -> dict[str, ChannelAccount]:
    """The account of each channel: the portfolio's own before the common one."""
    rows = ChannelAccount.objects.serving(batch.portfolio_id).select_related("pace")
    found: dict[str, ChannelAccount] = {}
    for account in sorted(rows, key=lambda one: one.portfolio_id is None):
        found.setdefault(account.channel, account)
    return found

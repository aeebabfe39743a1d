"""Reads of the outbox."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q

from core import clock
from notifications.channels.models import ChannelAccount
from notifications.outbox.models import Message


def accounts_with_work(
    *, channel: str = "", only: ChannelAccount | None = None
) -> Sequence[ChannelAccount]:
    """Returns the switched-on accounts that have something due now, all or some. One query."""
    own = ChannelAccount.objects.filter(
        channel=OuterRef("channel"), portfolio=OuterRef("portfolio")
    )
    due = Message.objects.due(clock.now())
    theirs = due.filter(channel=OuterRef("channel"), portfolio=OuterRef("portfolio"))
    common = due.filter(~Exists(own), channel=OuterRef("channel"))
    accounts = ChannelAccount.objects.filter(
        Q(portfolio__isnull=False) & Exists(theirs) | Q(portfolio__isnull=True) & Exists(common),
        is_on=True,
    ).select_related("data_key")
    if only is not None:
        accounts = accounts.filter(pk=only.pk)
    return list(accounts.filter(channel=channel) if channel else accounts)

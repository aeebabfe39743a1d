"""Reads of what providers send."""

from __future__ import annotations

from uuid import UUID

from notifications.channels.models import ChannelAccount


def account_called(*, account_id: UUID) -> ChannelAccount | None:
    """Returns the account whose address a provider called; its signature is checked after."""
    return ChannelAccount.objects.select_related("data_key").filter(pk=account_id).first()

"""What signs the webhooks of an account: two while it is renewed."""

from __future__ import annotations

from core.encryption.secrets import secret_of
from notifications.channels.models import ChannelAccount


def webhook_secrets(account: ChannelAccount) -> tuple[str, ...]:
    """Returns what may sign a webhook now: the secret for it, and the one before while it holds."""
    current = secret_of(account, "webhook_secret") or secret_of(account)
    return tuple(filter(None, (current, secret_of(account, "previous_secret"))))

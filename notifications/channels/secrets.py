"""The secrets of an account: sealed for its row, opened for a call or a signature."""

from __future__ import annotations

from core.encryption.sealing import seal, unseal
from notifications.channels.models import ChannelAccount

_TABLE = "notifications_channelaccount"


def secret_of(account: ChannelAccount, column: str = "secret") -> str:
    """Returns a secret in clear, empty where the account has none. Never log it."""
    sealed = getattr(account, column)
    if sealed is None:
        return ""
    return unseal(
        key=account.data_key, sealed=sealed, table=_TABLE, column=column, row_id=account.pk
    )


def sealed_secret(account: ChannelAccount, column: str, secret: str) -> bytes | None:
    """Returns a secret as the account's row keeps it; None for an empty one."""
    if not secret:
        return None
    return seal(
        key=account.data_key, plaintext=secret, table=_TABLE, column=column, row_id=account.pk
    )


def webhook_secrets(account: ChannelAccount) -> tuple[str, ...]:
    """Returns what may sign a webhook now: the secret for it, and the one before while it holds."""
    current = secret_of(account, "webhook_secret") or secret_of(account)
    return tuple(filter(None, (current, secret_of(account, "previous_secret"))))

"""What signs the events of a telephone system: sealed for its account's row, two while renewed."""

from __future__ import annotations

from collections_app.dialling.models import DiallerAccount
from core.encryption.sealing import seal, unseal

_TABLE = "collections_app_dialleraccount"


def secret_of(account: DiallerAccount, column: str = "secret") -> str:
    """Returns a secret in clear, empty where the account has none. Never log it."""
    sealed = getattr(account, column)
    if sealed is None:
        return ""
    return unseal(
        key=account.data_key, sealed=sealed, table=_TABLE, column=column, row_id=account.pk
    )


def sealed_secret(account: DiallerAccount, column: str, secret: str) -> bytes | None:
    """Returns a secret as the account's row keeps it; None for an empty one."""
    if not secret:
        return None
    return seal(
        key=account.data_key, plaintext=secret, table=_TABLE, column=column, row_id=account.pk
    )


def signing_secrets(account: DiallerAccount) -> tuple[str, ...]:
    """Returns what may sign an event now: the secret, and the one before while it holds."""
    return tuple(filter(None, (secret_of(account), secret_of(account, "previous_secret"))))

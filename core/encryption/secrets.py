"""Secrets shared with other systems: sealed for their row, opened for a call or a signature."""

from __future__ import annotations

from typing import Any

from core.encryption.sealing import seal, unseal


def secret_of(account: Any, column: str = "secret") -> str:
    """Returns a secret of a row with a `data_key` in clear, empty where it has none. Never log it.

    Raises as `unseal` does.
    """
    sealed = getattr(account, column)
    if sealed is None:
        return ""
    return unseal(
        key=account.data_key,
        sealed=sealed,
        table=account._meta.db_table,
        column=column,
        row_id=account.pk,
    )


def sealed_secret(account: Any, column: str, secret: str) -> bytes | None:
    """Returns a secret as the account's row keeps it; None for an empty one."""
    if not secret:
        return None
    return seal(
        key=account.data_key,
        plaintext=secret,
        table=account._meta.db_table,
        column=column,
        row_id=account.pk,
    )

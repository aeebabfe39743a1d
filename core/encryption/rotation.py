"""Rotation: every data key under the youngest master key, batch by batch."""

from __future__ import annotations

from collections.abc import Callable

from core.audit import Actor, record
from core.encryption import keyring
from core.encryption.services import rewrap_batch


def rotate_data_keys(*, by: Actor, progress: Callable[[int], None] = lambda count: None) -> int:
    """Wraps all live data keys under the current master key; returns how many were behind.

    Each batch is a transaction, so a run that was stopped goes on where it was. Raises
    `MasterKeyMissing` when an old master key was taken out before its time.
    """
    total = 0
    while count := rewrap_batch():
        total += count
        progress(total)
    if total:
        record(
            action="datakey.rotate",
            by=by,
            object_type="core.DataKey",
            object_id="all",
            data={"master_key_version": keyring.current_version()},
            count=total,
        )
    return total

"""The life of a data key: made, wrapped anew under a younger master key, destroyed."""

from __future__ import annotations

import os

from django.db import transaction

from core import clock
from core.encryption import keyring
from core.encryption.models import DataKey
from core.facts.copying import copy_rows
from core.ids import uuid7


def _make_key() -> DataKey:
    key_id, version = uuid7(), keyring.current_version()
    plain_key = os.urandom(keyring.KEY_LENGTH)
    wrapped = keyring.wrap(key_id=key_id, version=version, plain_key=plain_key)
    return DataKey(id=key_id, key_version=version, wrapped=wrapped)


def new_data_key() -> DataKey:
    """Makes and stores the data key of one person or file."""
    key = _make_key()
    key.save(force_insert=True)
    return key


def new_data_keys(count: int) -> list[DataKey]:
    """Makes and stores many data keys at once, for an import."""
    keys = [_make_key() for _ in range(count)]
    copy_rows(keys)
    return keys


def destroy(key: DataKey) -> None:
    """Destroys a data key: everything sealed under it is unreadable from now on, for everybody.

    The caller records why in the trail. Backups made before keep the wrapped key until they
    expire. Destroying a destroyed key changes nothing.
    """
    with transaction.atomic():
        locked = DataKey.objects.select_for_update().get(pk=key.pk)
        if locked.wrapped is not None:
            locked.wrapped = None
            locked.destroyed_at = clock.now()
            locked.save(update_fields=["wrapped", "destroyed_at"])
    key.wrapped, key.destroyed_at = None, locked.destroyed_at


def rewrap_batch(*, limit: int = 500) -> int:
    """Wraps one batch of data keys under the current master key; returns how many, 0 at the end.

    Sealed values stay as they are. Safe to stop anywhere and to run beside itself.
    Raises `MasterKeyMissing` when a key's old master key was taken out too early.
    """
    version = keyring.current_version()
    with transaction.atomic():
        keys = list(
            DataKey.objects.select_for_update(skip_locked=True)
            .filter(destroyed_at__isnull=True, key_version__lt=version)
            .order_by("key_version", "pk")[:limit]
        )
        for key in keys:
            plain_key = keyring.unwrap(
                key_id=key.pk, version=key.key_version, wrapped=bytes(key.wrapped or b"")
            )
            key.wrapped = keyring.wrap(key_id=key.pk, version=version, plain_key=plain_key)
            key.key_version = version
        DataKey.objects.bulk_update(keys, ["wrapped", "key_version"])
    return len(keys)

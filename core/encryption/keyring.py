"""Master keys, by version, and what they wrap. The keys live outside the database."""

from __future__ import annotations

import os
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_LENGTH = 12
KEY_LENGTH = 32


class DecryptionFailed(ValueError):
    """The bytes were changed, moved to another place, or sealed under another key."""


class MasterKeyMissing(LookupError):
    """A data key was wrapped by a master key that settings.DATA_KEYS no longer holds."""


def current_version() -> int:
    """Returns the version of the master key that wraps new data keys: the highest one."""
    return max(settings.DATA_KEYS)


def _master_key(version: int) -> AESGCM:
    try:
        return AESGCM(settings.DATA_KEYS[version])
    except KeyError:
        raise MasterKeyMissing(
            f"DATA_KEYS holds no version {version}; put it back, run rotate_data_keys, "
            "and only then remove it."
        ) from None


def _bound_to(key_id: UUID, version: int) -> bytes:
    return f"core_datakey|{key_id}|{version}".encode()


def wrap(*, key_id: UUID, version: int, plain_key: bytes) -> bytes:
    """Encrypts a data key under a master key, bound to the data key's id."""
    nonce = os.urandom(NONCE_LENGTH)
    return nonce + _master_key(version).encrypt(nonce, plain_key, _bound_to(key_id, version))


@lru_cache(maxsize=4096)
def unwrap(*, key_id: UUID, version: int, wrapped: bytes) -> bytes:
    """Decrypts a wrapped data key.

    Remembered in this process by its wrapped bytes, which come from the database each time:
    a key destroyed there has none left to ask with.
    Raises `DecryptionFailed` or `MasterKeyMissing`.
    """
    nonce, sealed = wrapped[:NONCE_LENGTH], wrapped[NONCE_LENGTH:]
    try:
        return _master_key(version).decrypt(nonce, sealed, _bound_to(key_id, version))
    except InvalidTag:
        raise DecryptionFailed(
            f"Data key {key_id} does not open with master key {version}."
        ) from None

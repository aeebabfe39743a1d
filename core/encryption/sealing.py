"""Sealing values under a data key: AES-256-GCM, bound to table, column and row.

Form of a sealed value: one byte of form (1), 16 bytes id of the data key, 12 bytes nonce, the
ciphertext with its 16-byte tag. The id says which key opens the value; the binding makes a
value that was moved to another row, column or table unreadable (swapped rows are refused).
"""

from __future__ import annotations

import os
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.encryption.keyring import NONCE_LENGTH, DecryptionFailed, unwrap
from core.encryption.models import DataKey

_FORM = b"\x01"
_KEY_ID_END = 1 + 16
_HEADER_LENGTH = _KEY_ID_END + NONCE_LENGTH


class KeyDestroyed(LookupError):
    """The data key was destroyed: what it sealed is erased for good."""


def plain_key_of(key: DataKey) -> bytes:
    """Returns the 32 bytes of a data key, for sealing streams. Raises `KeyDestroyed`."""
    if key.wrapped is None:
        raise KeyDestroyed(f"Data key {key.pk} was destroyed; what it sealed is erased.")
    return unwrap(key_id=key.pk, version=key.key_version, wrapped=bytes(key.wrapped))


def _cipher(key: DataKey) -> AESGCM:
    return _cipher_of(plain_key_of(key))


@lru_cache(maxsize=64)
def _cipher_of(plain_key: bytes) -> AESGCM:
    """Thousands of rows of one file are sealed one after the other under its key."""
    return AESGCM(plain_key)


def _place(table: str, column: str, row_id: object) -> bytes:
    return f"{table}|{column}|{row_id}".encode()


def key_id_of(sealed: bytes | memoryview) -> UUID:
    """Returns the id of the data key that opens a sealed value. Raises `DecryptionFailed`."""
    raw = bytes(sealed)
    if raw[:1] != _FORM or len(raw) < _HEADER_LENGTH + 16:
        raise DecryptionFailed("This is not a sealed value, or it was cut short.")
    return UUID(bytes=raw[1:_KEY_ID_END])


def seal_bytes(*, key: DataKey, plaintext: bytes, table: str, column: str, row_id: object) -> bytes:
    """Encrypts bytes for one place in the database.

    Arguments: key of the person or file; table, column and row_id where the result is stored
    (give the row its id first). Raises `KeyDestroyed`.
    """
    nonce = os.urandom(NONCE_LENGTH)
    header = _FORM + key.pk.bytes + nonce
    return header + _cipher(key).encrypt(nonce, plaintext, _place(table, column, row_id))


def unseal_bytes(
    *, key: DataKey, sealed: bytes | memoryview, table: str, column: str, row_id: object
) -> bytes:
    """Decrypts what `seal_bytes` made for this very place.

    Raises `KeyDestroyed`, or `DecryptionFailed` where the value was changed, moved here from
    another place, or belongs to another key.
    """
    if key_id_of(sealed) != key.pk:
        raise DecryptionFailed(f"The value in {table}.{column} of {row_id} has another data key.")
    raw = bytes(sealed)
    nonce, ciphertext = raw[_KEY_ID_END:_HEADER_LENGTH], raw[_HEADER_LENGTH:]
    try:
        return _cipher(key).decrypt(nonce, ciphertext, _place(table, column, row_id))
    except InvalidTag:
        raise DecryptionFailed(
            f"The value in {table}.{column} of {row_id} was changed or moved there."
        ) from None


def seal(*, key: DataKey, plaintext: str, table: str, column: str, row_id: object) -> bytes:
    """Encrypts text for one place in the database; see `seal_bytes`."""
    data = plaintext.encode()
    return seal_bytes(key=key, plaintext=data, table=table, column=column, row_id=row_id)


def unseal(
    *, key: DataKey, sealed: bytes | memoryview, table: str, column: str, row_id: object
) -> str:
    """Decrypts text that `seal` made for this very place; see `unseal_bytes`."""
    return unseal_bytes(key=key, sealed=sealed, table=table, column=column, row_id=row_id).decode()

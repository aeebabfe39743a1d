"""Blind indexes: exact search in sealed values without opening them.

An index of few possible values (last four digits, plates) shows how often each occurs to
whoever holds the database; searches by it are rate-limited where they are offered.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache

from django.conf import settings


@lru_cache(maxsize=64)
def _key_of(kind: str, root: bytes) -> bytes:
    # One key for each kind, so that equal text in two columns gives different indexes.
    return hmac.digest(root, f"blind-index|{kind}".encode(), hashlib.sha256)


def blind_index(*, kind: str, normalised: str) -> bytes:
    """Returns the 32-byte index of a value: HMAC-SHA256 under the key of its kind.

    Arguments: kind such as "phone" or "id_number"; normalised as the one form the caller
    always searches by (E.164, upper case, no spaces). Raises ValueError for an empty value:
    all rows without one would look like each other.
    """
    if not normalised:
        raise ValueError(f"An empty {kind} has no blind index; store null.")
    key = _key_of(kind, settings.BLIND_INDEX_KEY)
    return hmac.digest(key, normalised.encode(), hashlib.sha256)


def last4_index(*, kind: str, last4: str) -> bytes:
    """Returns the index of the last four characters of a value, apart from its full index."""
    return blind_index(kind=f"{kind}.last4", normalised=last4[-4:])

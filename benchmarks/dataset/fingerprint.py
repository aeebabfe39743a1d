"""Names a data set by everything it depends on, so that an outdated one is never measured."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings

PROJECT = Path(__file__).resolve().parent.parent.parent
_LENGTH = 10


@lru_cache(maxsize=1)
def schema_fingerprint() -> str:
    """Returns a short hash of the migrations."""
    return _hash_of(sorted(PROJECT.glob("*/migrations/*.py"))).hexdigest()[:_LENGTH]


@lru_cache(maxsize=1)
def book_fingerprint() -> str:
    """Returns a short hash of the migrations, of the builder, and of the keys that sealed it."""
    folder = Path(__file__).resolve().parent
    digest = _hash_of(sorted([*folder.glob("*.py"), *folder.glob("*.sql")]))
    digest.update(schema_fingerprint().encode() + settings.BLIND_INDEX_KEY)
    for version, key in sorted(settings.DATA_KEYS.items()):
        digest.update(str(version).encode() + key)
    return digest.hexdigest()[:_LENGTH]


def _hash_of(paths: list[Path]) -> hashlib._Hash:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(str(path.relative_to(PROJECT)).encode())
        digest.update(path.read_bytes())
    return digest

"""Identifiers: UUIDv7, so that keys named in addresses sort by the moment they were made."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import uuid_utils.compat
from django.db import models

__all__ = ["uuid7", "uuid7_pk"]


def uuid7() -> UUID:
    """Returns a new UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then randomness."""
    return uuid_utils.compat.uuid7()


def uuid7_pk() -> models.UUIDField[Any, Any]:
    """Returns the primary-key field of a model whose rows are named in addresses."""
    return models.UUIDField(primary_key=True, default=uuid7, editable=False)

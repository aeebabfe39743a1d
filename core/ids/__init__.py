"""Identifiers: UUIDv7, so that keys named in addresses sort by the moment they were made."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import uuid_utils.compat
from django.db import models

__all__ = ["first_id_at", "made_at", "uuid7", "uuid7_pk"]


def uuid7() -> UUID:
    """Returns a new UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then randomness."""
    return uuid_utils.compat.uuid7()


def first_id_at(moment: datetime) -> UUID:
    """Returns the lowest UUIDv7 of a moment: `pk__gte` of it reads the newer rows by their key."""
    return UUID(int=int(moment.timestamp() * 1_000) << 80)


def made_at(one: UUID) -> datetime:
    """Returns the moment, to the millisecond, at which a UUIDv7 was made."""
    return datetime.fromtimestamp((one.int >> 80) / 1_000, UTC)


def uuid7_pk() -> models.UUIDField[Any, Any]:
    """Returns the primary-key field of a model whose rows are named in addresses."""
    return models.UUIDField(primary_key=True, default=uuid7, editable=False)

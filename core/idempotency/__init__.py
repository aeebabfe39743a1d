"""The same request twice does one thing and gives one answer."""

from core.idempotency.models import IdempotencyKey
from core.idempotency.services import (
    Answer,
    InProgress,
    KeyReused,
    fingerprint_of,
    once,
    was_done,
)

__all__ = [
    "Answer",
    "IdempotencyKey",
    "InProgress",
    "KeyReused",
    "fingerprint_of",
    "once",
    "was_done",
]

"""Facts up, calls down: append-only rows, announced below and consumed above."""

from core.facts.announcements import announce
from core.facts.fields import CurrentXactId, Xid8Field
from core.facts.horizon import settled_before
from core.facts.models import FactCursor, FactModel, FactSetAside
from core.facts.services import HandlerBroken, consume, request_retry
from core.facts.topics import drain
from core.facts.triggers import append_only

__all__ = [
    "CurrentXactId",
    "FactCursor",
    "FactModel",
    "FactSetAside",
    "HandlerBroken",
    "Xid8Field",
    "announce",
    "append_only",
    "consume",
    "drain",
    "request_retry",
    "settled_before",
]

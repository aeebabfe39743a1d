"""Advisory locks of PostgreSQL, each with a number from one registry."""

from core.locks.advisory import (
    LockBusy,
    LockOutsideTransaction,
    advisory_lock,
    advisory_locks,
    held_keys,
    session_lock,
)
from core.locks.registry import Lock

__all__ = [
    "Lock",
    "LockBusy",
    "LockOutsideTransaction",
    "advisory_lock",
    "advisory_locks",
    "held_keys",
    "session_lock",
]

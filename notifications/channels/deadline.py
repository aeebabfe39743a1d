"""Until when a call may still be begun, asked in the last instant before its first byte leaves.

A process may be stopped anywhere, also between asking the database whether a message is still its
own and the call. Whoever wakes up too late finds out here, without a question to anybody.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_begin_by: ContextVar[float] = ContextVar("begin_by", default=math.inf)


@contextmanager
def begun_by(instant: float) -> Iterator[None]:
    """Calls of this block begin before an instant of `time.monotonic()`, or not at all."""
    token = _begin_by.set(instant)
    try:
        yield
    finally:
        _begin_by.reset(token)


def is_too_late() -> bool:
    """Whether the moment to begin a call has passed."""
    return time.monotonic() > _begin_by.get()

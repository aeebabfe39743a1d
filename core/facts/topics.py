"""Running the consumers that the settings name for a topic."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.conf import settings
from django.utils.module_loading import import_string

log = structlog.get_logger(__name__)

# One task works at most this long a queue before it lets others have the worker.
MOST_BATCHES_PER_WAKE = 200


def consumers_of(topic: str) -> list[Callable[[], int]]:
    """Returns the consumers of a topic; each call of one processes one batch."""
    return [import_string(path) for path in settings.FACT_CONSUMERS.get(topic, [])]


def drain(topic: str) -> int:
    """Runs all consumers of a topic until a whole round finds nothing; returns rows consumed.

    For commands and tests. Facts of other transactions still open, and those committed after
    them, are left to the next call. Raises what a consumer raises.
    """
    total = 0
    while consumed := sum(consumer() for consumer in consumers_of(topic)):
        total += consumed
    return total


def wake_consumers(topic: str) -> int:
    """Runs the consumers of a topic until empty, each on its own: one failing stops no other.

    Returns the rows consumed. Failures are logged; the next sweep tries again.
    """
    total = 0
    for consumer in consumers_of(topic):
        try:
            total += _run_until_empty(consumer)
        except Exception:
            name = f"{consumer.__module__}.{consumer.__qualname__}"
            log.exception("consumer_failed", topic=topic, consumer=name)
    return total


def _run_until_empty(consumer: Callable[[], int]) -> int:
    total = 0
    for _batch in range(MOST_BATCHES_PER_WAKE):
        consumed = consumer()
        if not consumed:
            break
        total += consumed
    return total

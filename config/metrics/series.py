"""The series that processes count themselves. Labels have few values: no id, path or person."""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram

#: Only what is ours: the library's global registry would add figures of one process of many.
REGISTRY: Final = CollectorRegistry()

_PAGE_SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.15, 0.3, 0.5, 1, 2.5, 5, 10)
_TASK_SECONDS: Final = (0.01, 0.05, 0.25, 1, 5, 15, 45, 60)

REQUEST_SECONDS: Final = Histogram(
    "makegood_http_request_seconds",
    "Time to answer a request, by view, method and class of status.",
    ("view", "method", "status"),
    buckets=_PAGE_SECONDS,
    registry=REGISTRY,
)
REQUEST_ERRORS: Final = Counter(
    "makegood_http_unhandled_errors",
    "Requests that ended in an error nobody handled, by view.",
    ("view",),
    registry=REGISTRY,
)
TASK_SECONDS: Final = Histogram(
    "makegood_task_seconds",
    "Time a background task took, by task and how it ended.",
    ("task", "state"),
    buckets=_TASK_SECONDS,
    registry=REGISTRY,
)
TASK_FAILURES: Final = Counter(
    "makegood_task_failures",
    "Background tasks that ended in an error.",
    ("task",),
    registry=REGISTRY,
)

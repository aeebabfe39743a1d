"""What a background task says of itself: one line, one measurement, the id of its request.

Signals of Celery about its own running; no rule of the business hangs on them.
"""

from __future__ import annotations

import os
import time
import uuid
from typing import Any, Final

import structlog
from celery.signals import (
    before_task_publish,
    celeryd_init,
    task_postrun,
    task_prerun,
    worker_process_shutdown,
    worker_ready,
)
from structlog.contextvars import bind_contextvars, get_contextvars, reset_contextvars

from config.metrics import counts_directory

HEADER: Final = "makegood_request_id"

logger = structlog.stdlib.get_logger("makegood.task")
# A process of a worker runs one task at a time, but a task may run another one in itself.
_running: dict[str, tuple[float, Any]] = {}


@before_task_publish.connect
def send_request_id(headers: dict[str, Any] | None = None, **kwargs: Any) -> None:
    """Sends the id of the request or task that caused this one along."""
    request_id = get_contextvars().get("request_id")
    if request_id and isinstance(headers, dict):
        headers.setdefault(HEADER, request_id)


@task_prerun.connect
def begin(task_id: str, task: Any, **kwargs: Any) -> None:
    """Takes over the id that came along, or begins one of its own: for what beat wakes."""
    request_id = (
        getattr(task.request, HEADER, None)
        or (task.request.headers or {}).get(HEADER)
        or get_contextvars().get("request_id")
        or str(uuid.uuid4())
    )
    bound = bind_contextvars(request_id=request_id, task=task.name)
    _running[task_id] = (time.perf_counter(), bound)


@task_postrun.connect
def end(task_id: str, task: Any, state: str | None = None, **kwargs: Any) -> None:
    """Measures and writes how the task went; never its arguments or its result."""
    began = _running.pop(task_id, None)
    if began is None:
        return
    from config.metrics.series import TASK_FAILURES, TASK_SECONDS

    seconds = time.perf_counter() - began[0]
    ended = (state or "unknown").lower()
    TASK_SECONDS.labels(task=task.name, state=ended).observe(seconds)
    if ended == "failure":
        TASK_FAILURES.labels(task=task.name).inc()
    logger.info("task", task_id=task_id, state=ended, ms=round(seconds * 1_000, 1))
    reset_contextvars(**began[1])


@celeryd_init.connect
def share_counts(**kwargs: Any) -> None:
    """Before the worker forks: its processes count in one directory, read by the first of them."""
    counts_directory.prepare()


@worker_ready.connect
def show_counts(**kwargs: Any) -> None:
    """Serves the metrics of this worker where WORKER_METRICS_ADDRESS says so."""
    from django.conf import settings

    from config.metrics.worker_server import serve

    if settings.WORKER_METRICS_ADDRESS:
        serve(address=settings.WORKER_METRICS_ADDRESS, token=settings.METRICS_TOKEN)


@worker_process_shutdown.connect
def forget_process(pid: int | None = None, **kwargs: Any) -> None:
    """A process that ended shows no live gauges any more; what it counted stays counted."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(pid or os.getpid())  # type: ignore[no-untyped-call]

"""How gunicorn serves the site: `gunicorn --config python:config.gunicorn`.

Options on the command line win over these.
"""

from __future__ import annotations

import gc
import os
from typing import Any, Final

from config.metrics import counts_directory

wsgi_app: Final = "config.wsgi:application"
worker_class: Final = "gthread"
#: A process runs one request at a time, whatever its threads; two browsers whose kept connections
#: end at the same one wait for each other. More of them than cores make that rare.
workers: Final = 2 * (os.cpu_count() or 1) + 1
threads: Final = 2
preload_app: Final = True
max_requests: Final = 5_000
max_requests_jitter: Final = 500
graceful_timeout: Final = 30
control_socket_disable: Final = True

# Before any of its processes imports prometheus_client, which reads its place only then.
_counts = counts_directory.prepare()


#: Objects made before the collector looks again. Django keeps some hundred thousand for good, and
#: at Python's own 700 it walked all of them within requests: the slowest page took three times
#: the middle one.
_OBJECTS_BETWEEN_COLLECTIONS: Final = 50_000


def post_worker_init(worker: Any) -> None:
    """What the loaded application is made of is never garbage: the collector leaves it alone."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, 20, 50)


def child_exit(server: Any, worker: Any) -> None:
    """A process that ended shows no live gauges any more; what it counted stays counted."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:
    """The next start counts from nothing, as Prometheus expects of a restart."""
    counts_directory.remove(_counts)

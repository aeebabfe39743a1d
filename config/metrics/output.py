"""The text that Prometheus reads."""

from __future__ import annotations

import os
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from config.metrics.counts_directory import VARIABLE
from config.metrics.series import REGISTRY

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST


def counted_by_processes() -> bytes:
    """What all processes of this server counted together, or this one where it stands alone."""
    if not os.environ.get(VARIABLE):
        return generate_latest(REGISTRY)
    gathered = CollectorRegistry()
    MultiProcessCollector(gathered)  # type: ignore[no-untyped-call]
    return generate_latest(gathered)

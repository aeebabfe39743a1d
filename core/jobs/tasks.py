"""The heartbeat of workers: each minute one of them notes that it takes tasks and runs them."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from core.jobs.models import Heartbeat
from core.jobs.services import record_heartbeat


@shared_task(bind=True, expires=60)
def beat_heart(self: Any) -> None:
    """Notes that this worker ran it. The scheduler notes itself (`config.scheduler`)."""
    record_heartbeat(name=self.request.hostname or "worker", kind=Heartbeat.Kind.WORKER)

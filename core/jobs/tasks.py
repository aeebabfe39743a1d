"""The heartbeat: scheduled by the scheduler and run by a worker, it shows both alive."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from core.jobs.models import Heartbeat
from core.jobs.services import record_heartbeat


@shared_task(bind=True, expires=60)
def beat_heart(self: Any) -> None:
    """Notes that the scheduler sent this and that this worker ran it."""
    record_heartbeat(name="scheduler", kind=Heartbeat.Kind.SCHEDULER)
    record_heartbeat(name=self.request.hostname or "worker", kind=Heartbeat.Kind.WORKER)

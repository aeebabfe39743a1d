"""Imports in the background."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from loans.imports.errands import errands_waiting, run_errand
from loans.imports.wakeups import send

_HOURS = 4 * 3600


@shared_task(time_limit=_HOURS, soft_time_limit=_HOURS - 60)
def run_import(import_id: str) -> None:
    """Does what is asked of one import."""
    run_errand(import_id=UUID(import_id))


@shared_task(expires=60)
def sweep_imports() -> int:
    """Sends the imports that wait and that nobody is at work on. Returns how many."""
    waiting = errands_waiting()
    for import_id in waiting:
        send(import_id)
    return len(waiting)

"""Watching visits on the clock."""

from __future__ import annotations

from celery import shared_task

from collections_app.visits.watching import book_due, look_for_overdue
from core import clock


@shared_task(expires=60)
def watch_visits() -> None:
    """Looks for whoever is overdue, then asks the gate about what is due."""
    now = clock.now()
    look_for_overdue(at=now)
    book_due(at=now)

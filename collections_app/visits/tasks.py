"""Watching visits on the clock."""

from __future__ import annotations

from celery import shared_task

from collections_app.visits.noticing import settle_notices
from collections_app.visits.watching import book_due, look_for_overdue
from core import clock


@shared_task(expires=60)
def watch_visits() -> None:
    """Looks for whoever is overdue, notes what became of notices, then asks the gate about what is
    due.
    """
    now = clock.now()
    look_for_overdue(at=now)
    settle_notices()
    book_due(at=now)

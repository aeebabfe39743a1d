"""Planning on the clock."""

from __future__ import annotations

from celery import shared_task

from collections_app.strategy.late_books import plan_late_books
from core.audit.actors import SYSTEM


@shared_task(expires=600, time_limit=1_800, soft_time_limit=1_770)
def plan_where_books_are_late() -> int:
    """Plans today where the close has not come. Returns how many messages are new."""
    return plan_late_books(by=SYSTEM)

"""Refreshing hints on the clock."""

from __future__ import annotations

import time

from celery import shared_task

from collections_app.worklist.services import question_changed_grounds, refresh_due

#: Seconds one tick works at most; the next one goes on.
_SHIFT = 25 * 60


@shared_task(expires=30, time_limit=30 * 60, soft_time_limit=29 * 60)
def refresh_due_hints() -> int:
    """Works out the hints that facts called into question or whose time has come."""
    question_changed_grounds()
    begun, refreshed = time.monotonic(), 0
    while time.monotonic() - begun < _SHIFT:
        found = refresh_due()
        if not found:
            break
        refreshed += found
    return refreshed

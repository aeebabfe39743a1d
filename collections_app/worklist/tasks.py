"""Refreshing hints on the clock."""

from __future__ import annotations

import time

from celery import shared_task

from collections_app.worklist.lease_rows import end_run_out
from collections_app.worklist.services import question_changed_grounds, refresh_due

#: Seconds one tick works at most. Shorter than the time to the next one, which goes on: so a whole
#: portfolio in question keeps one worker busy, not all of them.
_SHIFT = 25


@shared_task(expires=30)
def refresh_due_hints() -> int:
    """Works out the hints that facts called into question or whose time has come.

    Leases whose time is over are ended with them, though nobody depends on it: whoever looks at
    one ends it first.
    """
    question_changed_grounds()
    end_run_out()
    begun, refreshed = time.monotonic(), 0
    while time.monotonic() - begun < _SHIFT:
        found = refresh_due()
        if not found:
            break
        refreshed += found
    return refreshed

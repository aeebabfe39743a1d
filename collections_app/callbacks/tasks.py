"""Watching callbacks on the clock."""

from __future__ import annotations

from celery import shared_task

from collections_app.callbacks.watching import hand_on_of_the_absent, note_missed
from core import clock


@shared_task(expires=60)
def watch_callbacks() -> None:
    """Hands on what nobody is there for, then notes what was missed."""
    now = clock.now()
    hand_on_of_the_absent(at=now)
    note_missed(at=now)

"""Celery's scheduler, which also notes in the database that it is alive."""

from __future__ import annotations

import logging
import socket
import time
from typing import Any, Final

from celery.beat import PersistentScheduler
from django.db import Error as AnyDatabaseError
from django.db import close_old_connections

from core.jobs import Heartbeat, record_heartbeat

NOTE_EVERY_SECONDS: Final = 30.0

logger = logging.getLogger(__name__)


class SeenScheduler(PersistentScheduler):
    """Notes itself on its own, so that a dead scheduler and a stuck worker look different.

    A database that is away stops neither the scheduler nor what it wakes.
    """

    _noted_at = float("-inf")

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Runs what is due; returns the seconds until it is to be called again."""
        self._note()
        until_next: float = super().tick(*args, **kwargs)
        return min(until_next, NOTE_EVERY_SECONDS)

    def _note(self) -> None:
        if time.monotonic() - self._noted_at < NOTE_EVERY_SECONDS:
            return
        self._noted_at = time.monotonic()
        try:
            close_old_connections()
            record_heartbeat(
                name=f"scheduler@{socket.gethostname()}", kind=Heartbeat.Kind.SCHEDULER
            )
        except AnyDatabaseError:
            logger.warning("The scheduler could not note that it is alive: no database.")

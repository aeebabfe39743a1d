"""Waking the workers of a channel. Losing a wake-up only delays: the sweep is the truth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import structlog
from django.db import connection, transaction
from django.utils.module_loading import import_string

log = structlog.get_logger(__name__)

#: By name: tasks stand above the services that wake them.
_TASK: Final = "notifications.outbox.tasks.send_due"


@dataclass(frozen=True)
class _WakeUp:
    """The on-commit call of one channel; equal ones are registered once a transaction."""

    channel: str

    def __call__(self) -> None:
        try:
            send_due = import_string(_TASK)
            send_due.apply_async((self.channel,), retry=False, expires=30)
        except Exception as error:
            log.warning("wake_up_lost", channel=self.channel, error=repr(error))


def wake_after_commit(channels: Iterable[str]) -> None:
    """Wakes the workers of channels once the running transaction is committed."""
    for channel in sorted(set(channels)):
        wake_up = _WakeUp(channel)
        if not any(entry[1] == wake_up for entry in connection.run_on_commit):
            transaction.on_commit(wake_up, robust=True)

"""Waking the consumers of a topic once the facts are committed."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db import connection, transaction

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _WakeUp:
    """The on-commit call of one topic; equal ones are registered once a transaction."""

    topic: str

    def __call__(self) -> None:
        from core.facts.tasks import wake  # the task module needs the services, not they it

        try:
            wake.apply_async((self.topic,), retry=False, expires=60)
        except Exception as error:
            # The facts are committed and a sweep finds them: a lost wake-up only delays.
            log.warning("wake_up_lost", topic=self.topic, error=repr(error))


def announce(topic: str) -> None:
    """Wakes the consumers of `topic` (settings.FACT_CONSUMERS) after the transaction commits.

    Call it in the transaction that writes the facts. A topic that nobody consumes wakes nobody.
    """
    if not settings.FACT_CONSUMERS.get(topic):
        return
    wake_up = _WakeUp(topic)
    if any(entry[1] == wake_up for entry in connection.run_on_commit):
        return
    transaction.on_commit(wake_up, robust=True)

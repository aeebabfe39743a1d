"""Wake-ups and the sweep that makes up for lost ones."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings

from core.facts.topics import wake_consumers

#: Seconds. A consumer may have a night's work in one batch, e.g. the books of a million loans.
TIME_LIMIT = 1_800


@shared_task(time_limit=TIME_LIMIT, soft_time_limit=TIME_LIMIT - 30)
def wake(topic: str) -> None:
    """Runs the consumers of one topic."""
    wake_consumers(topic)


@shared_task(expires=30, time_limit=TIME_LIMIT, soft_time_limit=TIME_LIMIT - 30)
def sweep_consumers() -> None:
    """Runs the consumers of every topic, for the wake-ups that were lost."""
    for topic in settings.FACT_CONSUMERS:
        wake_consumers(topic)

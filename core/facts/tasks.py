"""Wake-ups and the sweep that makes up for lost ones."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings

from core.facts.topics import wake_consumers


@shared_task
def wake(topic: str) -> None:
    """Runs the consumers of one topic."""
    wake_consumers(topic)


@shared_task(expires=30)
def sweep_consumers() -> None:
    """Runs the consumers of every topic, for the wake-ups that were lost."""
    for topic in settings.FACT_CONSUMERS:
        wake_consumers(topic)

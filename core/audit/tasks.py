"""The sealing of the trail, every few seconds."""

from __future__ import annotations

from celery import shared_task

from core.audit.sealer import seal_trail


@shared_task(expires=10)
def seal_audit() -> None:
    """Seals what has been written to the trail and cannot change its order any more."""
    seal_trail()

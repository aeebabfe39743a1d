"""The daily clearing of old keys."""

from __future__ import annotations

from celery import shared_task

from core.idempotency.services import prune_keys


@shared_task(expires=3600)
def prune_idempotency_keys() -> None:
    """Deletes keys older than thirty days."""
    while prune_keys():
        pass

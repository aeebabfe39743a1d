"""The clearing of signatures that are stale by now."""

from __future__ import annotations

from celery import shared_task

from accounts.signatures import services


@shared_task(expires=600)
def prune_signatures() -> None:
    """Deletes what no longer has to be remembered."""
    while services.prune_signatures():
        pass

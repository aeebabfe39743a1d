"""Dossiers in the background."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from reporting.dossier.services import erase_forgotten, make, waiting, wake


@shared_task(time_limit=900, soft_time_limit=840)
def make_dossier(dossier_id: str) -> None:
    """Makes one dossier."""
    make(dossier_id=UUID(dossier_id))


@shared_task(expires=60)
def sweep_dossiers() -> int:
    """Wakes workers for dossiers whose message was lost, and erases those nobody fetched."""
    for dossier_id in waiting():
        wake(dossier_id)
    return erase_forgotten()

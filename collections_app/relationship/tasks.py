"""Relationships in the background."""

from __future__ import annotations

from celery import shared_task

from collections_app.relationship.services import AT_ONCE, refresh_cooled


@shared_task(expires=600)
def cool_relationships() -> int:
    """Works out anew where a sign has left the window, until none is left."""
    total = 0
    while (looked_at := refresh_cooled()) > 0:
        total += looked_at
        if looked_at < AT_ONCE:
            break
    return total

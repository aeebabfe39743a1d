"""Applying what providers sent, woken after each call and by beat."""

from __future__ import annotations

from celery import shared_task

from notifications.receipts.services import apply_events


@shared_task(expires=30)
def apply_waiting() -> None:
    """Applies what waits; two at once take different events, and a second run finds none."""
    apply_events()

"""Background work of approvals."""

from __future__ import annotations

from celery import shared_task

from accounts.approvals import services
from core.audit import SYSTEM


@shared_task(expires=3600)
def expire_approvals() -> None:
    """Closes what nobody decided in time."""
    services.expire_due(by=SYSTEM)

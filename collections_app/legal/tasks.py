"""Background work of legal matters."""

from __future__ import annotations

from celery import shared_task

from collections_app.legal.deadline_services import count_again
from collections_app.legal.notice_days import watch_notices
from collections_app.legal.reminding import remind_due, watch_periods
from core.audit import SYSTEM


@shared_task(expires=3600)
def watch_legal_days() -> None:
    """Counts provisional days anew, looks which periods end soon, reminds of what is due."""
    count_again(by=SYSTEM)
    watch_periods(by=SYSTEM)
    watch_notices(by=SYSTEM)
    remind_due(by=SYSTEM)

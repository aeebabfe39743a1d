"""What becomes of numbers that nobody took up."""

from __future__ import annotations

from celery import shared_task

from collections_app.dialling.services import let_numbers_go


@shared_task(expires=3_600)
def let_calling_numbers_go() -> int:
    """Lets go of the numbers of calls that came in and were never taken up, once a day."""
    return let_numbers_go()

"""The close on the clock."""

from __future__ import annotations

from datetime import date

from celery import shared_task

from accounts.models import User
from collections_app.close.services import close, close_due_portfolios
from core.audit.actors import SYSTEM, Actor
from loans.portfolios.models import Portfolio


@shared_task(time_limit=4 * 3600, soft_time_limit=4 * 3600 - 60, expires=600)
def close_due() -> int:
    """Closes every day that is over. Returns how many closes ran."""
    return len(close_due_portfolios(by=SYSTEM))


@shared_task(time_limit=4 * 3600, soft_time_limit=4 * 3600 - 60, expires=600)
def resume_close(portfolio_id: str, on: str, user_id: str) -> None:
    """Goes on with a close that failed, for the person who asked for it."""
    by = Actor.of(User.objects.get(pk=user_id))
    close(portfolio=Portfolio.objects.get(pk=portfolio_id), on=date.fromisoformat(on), by=by)

"""Planning today where the close is late: a reminder does not wait for the books."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from collections_app.strategy.flow import StrategyStatus
from collections_app.strategy.planning import plan_day
from core import clock
from core.audit.actors import Actor
from core.jobs.services import run_step
from loans.portfolios.models import Portfolio

STEP: Final = "strategy.plan_late_books"
#: The close plans the day it opens. So long after its hour it is waited for, and no longer.
PATIENCE: Final = timedelta(minutes=30)


def plan_late_books(*, by: Actor) -> int:
    """Plans today, once, for every portfolio whose close has not come there; returns how many.

    What the books do not know yet is checked at the second of sending: who has paid since is told
    nothing. When the close comes after all, it adds who was missing. One portfolio's failure does
    not keep the others from being planned.
    """
    planned = 0
    failure: Exception | None = None
    for portfolio in _with_strategy():
        if not _is_late(portfolio):
            continue
        try:
            planned += _plan_today(portfolio, by)
        except Exception as error:
            failure = error
    if failure is not None:
        raise failure
    return planned


def _with_strategy() -> list[Portfolio]:
    active = Portfolio.objects.filter(
        is_active=True, strategy__versions__status=StrategyStatus.ACTIVE
    )
    return list(active.order_by("code"))


def _is_late(portfolio: Portfolio) -> bool:
    """The books stand before today although the closing hour is well past."""
    local = clock.local_now(portfolio.time_zone)
    opened = datetime.combine(
        local.date(), portfolio.closes_at, tzinfo=ZoneInfo(portfolio.time_zone)
    )
    return portfolio.business_date < local.date() and local >= opened + PATIENCE


def _plan_today(portfolio: Portfolio, by: Actor) -> int:
    today = clock.local_today(portfolio.time_zone)
    with run_step(name=STEP, scope=portfolio.code, business_date=today) as step:
        if step.already_done:
            return 0
        planned = plan_day(portfolio=portfolio, on=today, by=by)
        step.count("messages", planned)
    return planned

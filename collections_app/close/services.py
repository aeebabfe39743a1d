"""Closing the books of a portfolio for a business date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from math import ceil
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from collections_app.close.models import CloseRun, CloseState
from collections_app.close.steps import LAST_STEP, SHARD_COUNT, STEPS, Act, StepContext
from core import clock
from core.audit.actors import Actor
from core.ids import first_id_at, made_at
from core.jobs.failpoints import failpoint
from core.jobs.models import JobRun
from core.jobs.repeatable import commit_without_waiting
from core.jobs.services import run_step
from core.jobs.threads import work_on_connections
from core.locks import Lock, session_lock
from loans.delinquency.ageing import SharedByShards
from loans.portfolios.models import Portfolio

#: Below so many loans a shard more costs what it saves.
WORTH_A_SHARD: Final = 2_000
#: No transaction that brings loans in is open for longer.
LONGEST_IMPORT: Final = timedelta(days=2)


def close(*, portfolio: Portfolio, on: date, by: Actor) -> CloseRun:
    """Closes one business date of one portfolio: ages, opens and ends cases, moves the date on.

    A day that is closed already is a no-op that returns its run. A close that was killed goes on
    where it stopped and ends in the same state as one that was not. Raises ValidationError for a
    day the books are not on, or one that has not begun where the portfolio is; core.locks.LockBusy
    while another process closes the same portfolio.
    """
    with session_lock(Lock.PORTFOLIO, portfolio.pk, wait=False):
        portfolio = Portfolio.objects.get(pk=portfolio.pk)
        run = _begin(portfolio, on, by)
        if run.state == CloseState.DONE:
            return run
        failpoint("close.begun")
        try:
            _run_steps(run, portfolio, on, by)
        except Exception as error:
            CloseRun.objects.filter(pk=run.pk).update(
                state=CloseState.FAILED, error=str(error)[:2_000]
            )
            raise
        return run


def catch_up(*, portfolio: Portfolio, through: date, by: Actor) -> list[CloseRun]:
    """Closes every day from the business date through a day, one by one, in order."""
    runs = []
    on = Portfolio.objects.get(pk=portfolio.pk).business_date
    while on <= through:
        runs.append(close(portfolio=portfolio, on=on, by=by))
        on += timedelta(days=1)
    return runs


def close_due_portfolios(*, by: Actor) -> list[CloseRun]:
    """Closes the days that are over, for every active portfolio whose closing hour has come.

    One portfolio's failure does not keep the others from closing; it shows on its run.
    """
    runs: list[CloseRun] = []
    failure: Exception | None = None
    for portfolio in Portfolio.objects.filter(is_active=True).order_by("code"):
        through = last_day_to_close(portfolio)
        if portfolio.business_date > through:
            continue
        try:
            runs.extend(catch_up(portfolio=portfolio, through=through, by=by))
        except Exception as error:
            failure = error
    if failure is not None:
        raise failure
    return runs


def last_day_to_close(portfolio: Portfolio) -> date:
    """Returns the last day that is over: yesterday there, once the closing hour has come."""
    local = clock.local_now(portfolio.time_zone)
    days = 1 if local.time() >= portfolio.closes_at else 2
    return local.date() - timedelta(days=days)


def _check_day(portfolio: Portfolio, on: date) -> None:
    if on < portfolio.business_date:
        raise ValidationError(
            _("The books of %(code)s are on %(date)s; %(on)s lies before they were opened here.")
            % {"code": portfolio.code, "date": portfolio.business_date, "on": on}
        )
    if on > portfolio.business_date:
        raise ValidationError(
            _("The books of %(code)s are on %(date)s. Close that day first, or use --catch-up.")
            % {"code": portfolio.code, "date": portfolio.business_date}
        )
    if on > clock.local_today(portfolio.time_zone):
        raise ValidationError(
            _("%(on)s has not begun in %(zone)s; a day can be closed from that day on.")
            % {"on": on, "zone": portfolio.time_zone}
        )


@transaction.atomic
def _begin(portfolio: Portfolio, on: date, by: Actor) -> CloseRun:
    """The run of a day: one that is done as it is, else one to go on with, else a new one."""
    # The caller's lock lets nobody else begin the same day.
    commit_without_waiting()  # lost, the run is begun anew
    run = CloseRun.objects.filter(portfolio=portfolio, business_date=on).first()
    if run is not None and run.state == CloseState.DONE:
        return run
    _check_day(portfolio, on)
    if run is None:
        return CloseRun.objects.create(
            portfolio=portfolio,
            business_date=on,
            started_at=clock.now(),
            started_by=by.label,
            is_catch_up=on < clock.local_today(portfolio.time_zone) - timedelta(days=1),
        )
    run.state, run.error, run.resumed_count = CloseState.RUNNING, "", run.resumed_count + 1
    run.save(update_fields=["state", "error", "resumed_count"])
    return run


def _run_steps(run: CloseRun, portfolio: Portfolio, on: date, by: Actor) -> None:
    shared = SharedByShards(portfolio=portfolio, on=on, placed_before=_placed_before(portfolio, on))
    for name, most_shards, act in STEPS:
        seen = _shards_seen(name, run)
        shards = 1 if most_shards == 1 else _shard_count(most_shards, seen, shared)
        done = {shard for shard, row in seen.items() if row.state == JobRun.State.DONE}
        left = [shard for shard in range(shards) if shard not in done]
        work_on_connections(
            [
                partial(
                    _run_shard,
                    name,
                    act,
                    StepContext(run, portfolio, on, by, shard, shards, (place, len(left)), shared),
                )
                for place, shard in enumerate(left)
            ],
            most=settings.CLOSE_CONNECTIONS,
        )


def _placed_before(portfolio: Portfolio, on: date) -> UUID | None:
    """An id below which the close of the day before left no loan without a position.

    Looking for such loans, which only an import cut short leaves behind, reads the keys of the
    whole book. The ids of a loan and of a run tell when they were made, and between a loan's id
    and its commit lies less than `LONGEST_IMPORT`.
    """
    before = CloseRun.objects.filter(
        portfolio=portfolio, business_date=on - timedelta(days=1), state=CloseState.DONE
    ).first()
    return None if before is None else first_id_at(made_at(before.pk) - LONGEST_IMPORT)


def _run_shard(name: str, act: Act, context: StepContext) -> None:
    with run_step(
        name=name,
        scope=context.portfolio.code,
        business_date=context.on,
        shard=context.shard,
    ) as step:
        if not step.already_done:
            act(context, step)
            if name != LAST_STEP:
                commit_without_waiting()  # the last step's commit waits for all before it


def _shards_seen(name: str, run: CloseRun) -> dict[int, JobRun]:
    """The shards of a step that an earlier start of this close began, by their numbers."""
    if not run.resumed_count:
        return {}
    rows = JobRun.objects.filter(
        name=name, scope=run.portfolio.code, business_date=run.business_date
    )
    return {row.shard: row for row in rows}


def _shard_count(most: int, seen: Mapping[int, JobRun], shared: SharedByShards) -> int:
    """How many parts the loans of a day are divided into: each costs a plan and two commits.

    After a restart what is still due is divided among the shards that are not done, so no loan is
    passed over, and there are no fewer of them than the close began with.
    """
    due, at_once = shared.read(), max(1, settings.CLOSE_CONNECTIONS)
    # As many as fill every connection to the end.
    parts = at_once * ceil(due / settings.CLOSE_LOANS_PER_SHARD / at_once)
    if due < at_once * WORTH_A_SHARD:
        parts = ceil(due / settings.CLOSE_LOANS_PER_SHARD)
    began_with = int(seen[0].counts.get(SHARD_COUNT, 0)) if 0 in seen else 0
    return began_with or max(1, min(most, parts), *(shard + 1 for shard in seen))

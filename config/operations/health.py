"""Is the background work alive and keeping up? The one place that knows, for pages and metrics.

Everything here is read from the database: what is due stands there, and Redis may be away.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.apps import apps
from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from collections_app.close.models import CloseRun, CloseState
from collections_app.close.services import last_day_to_close
from core import clock
from core.facts.models import FactCursor, FactModel, FactSetAside
from core.jobs import Heartbeat, JobRun, LastRun, step_lock_key
from core.locks import Lock, held_keys
from loans.portfolios.models import Portfolio
from notifications.oversight.health import STUCK_AFTER as OUTBOX_STUCK_AFTER
from notifications.oversight.health import oldest_due_at, oldest_lease_until

#: A worker or the scheduler not seen for this long is taken for dead; the heart beats every minute.
ALIVE_WITHIN: Final = timedelta(minutes=5)
#: A run that nobody holds is stuck once it is older than the moment between mark and lock.
STUCK_AFTER: Final = timedelta(minutes=1)
#: Rows that wait for a consumer are counted up to here; behind it only "more" matters.
MOST_COUNTED: Final = 10_000


@dataclass(frozen=True, slots=True)
class CloseStanding:
    """How far a portfolio's books are behind, and its newest close."""

    portfolio_id: UUID
    code: str
    name: str
    business_date: date
    behind_days: int
    last_done_on: date | None
    last_done_at: datetime | None
    run_id: UUID | None
    run_date: date | None
    run_state: str
    run_error: str
    is_interrupted: bool


@dataclass(frozen=True, slots=True)
class StuckJob:
    """A step that says it runs while no process holds it: its process died."""

    name: str
    scope: str
    business_date: date | None
    shard: int
    started_at: datetime


@dataclass(frozen=True, slots=True)
class ConsumerLag:
    """How many facts wait for a consumer, since when, and what it set aside."""

    consumer: str
    fact_table: str
    waiting: int
    is_more: bool
    oldest_at: datetime | None
    set_aside: int
    failures: int
    error: str
    moved_at: datetime | None


@dataclass(frozen=True, slots=True)
class WorkerHeartbeat:
    """When a process was last seen; alive if that is recent."""

    name: str
    kind: str
    seen_at: datetime
    is_alive: bool


@dataclass(frozen=True, slots=True)
class OutboxStanding:
    """Since when a message waits that could leave, and when a lease ran out; None: none does."""

    due_at: datetime | None
    lease_until: datetime | None

    @property
    def is_late(self) -> bool:
        return _is_over(self.due_at, OUTBOX_STUCK_AFTER)

    @property
    def is_lease_over(self) -> bool:
        return _is_over(self.lease_until, OUTBOX_STUCK_AFTER)


def outbox_standing() -> OutboxStanding:
    """Returns whether messages leave when they are due. Two queries."""
    now = clock.now()
    return OutboxStanding(oldest_due_at(now), oldest_lease_until(now))


def _is_over(at: datetime | None, patience: timedelta) -> bool:
    return at is not None and clock.now() - at > patience


def closes_behind(*, portfolios: QuerySet[Portfolio] | None = None) -> list[CloseStanding]:
    """Returns every active portfolio with the days its books are behind (0: up to date).

    Arguments: portfolios a person may see; left out for the installation as a whole. Three queries.
    """
    rows = portfolios if portfolios is not None else Portfolio.objects.all()
    is_done = Q(closes__state=CloseState.DONE)
    found = list(
        rows.filter(is_active=True)
        .annotate(
            done_on=Max("closes__business_date", filter=is_done),
            done_at=Max("closes__finished_at", filter=is_done),
        )
        .order_by("code")
    )
    newest = {
        run.portfolio_id: run
        for run in CloseRun.objects.filter(portfolio__in=[row.pk for row in found])
        .order_by("portfolio_id", "-business_date")
        .distinct("portfolio_id")
    }
    held = held_keys(Lock.PORTFOLIO, [portfolio.pk for portfolio in found])
    return [
        _standing(
            portfolio,
            newest.get(portfolio.pk),
            (portfolio.done_on, portfolio.done_at),
            portfolio.pk in held,
        )
        for portfolio in found
    ]


def _standing(
    portfolio: Portfolio,
    run: CloseRun | None,
    done: tuple[date | None, datetime | None],
    is_held: bool,
) -> CloseStanding:
    behind = (last_day_to_close(portfolio) - portfolio.business_date).days + 1
    is_running = run is not None and run.state == CloseState.RUNNING
    return CloseStanding(
        portfolio_id=portfolio.pk,
        code=portfolio.code,
        name=portfolio.name,
        business_date=portfolio.business_date,
        behind_days=max(behind, 0),
        last_done_on=done[0],
        last_done_at=done[1],
        run_id=run.pk if run else None,
        run_date=run.business_date if run else None,
        run_state=run.state if run else "",
        run_error=run.error if run else "",
        is_interrupted=is_running and not is_held,
    )


@dataclass(frozen=True, slots=True)
class UnfinishedJob:
    """A step that has not come to its end: at work, stuck, or failed with its error."""

    name: str
    scope: str
    business_date: date | None
    shard: int
    state: str
    started_at: datetime
    attempt_count: int
    error: str
    is_stuck: bool


def unfinished_jobs(*, scopes: Collection[str], limit: int = 20) -> list[UnfinishedJob]:
    """Returns the newest steps that run or failed, of the installation and of some portfolios.

    Arguments: scopes are the codes of the portfolios. Two queries.
    """
    runs = list(
        JobRun.objects.filter(
            state__in=[JobRun.State.RUNNING, JobRun.State.FAILED], scope__in=["", *scopes]
        ).order_by("-started_at")[:limit]
    )
    held = held_keys(Lock.JOB_STEP, [_lock_key(run) for run in runs])
    grace = clock.now() - STUCK_AFTER
    return [
        UnfinishedJob(
            name=run.name,
            scope=run.scope,
            business_date=run.business_date,
            shard=run.shard,
            state=run.state,
            started_at=run.started_at,
            attempt_count=run.attempt_count,
            error=run.error.strip().rpartition("\n")[2],
            is_stuck=run.state == JobRun.State.RUNNING
            and run.started_at < grace
            and _lock_key(run) not in held,
        )
        for run in runs
    ]


def stuck_jobs() -> list[StuckJob]:
    """Returns the steps that say they run while nobody is at work on them. Two queries."""
    runs = list(
        JobRun.objects.filter(
            state=JobRun.State.RUNNING, started_at__lt=clock.now() - STUCK_AFTER
        ).order_by("started_at")
    )
    keys = {run.pk: _lock_key(run) for run in runs}
    held = held_keys(Lock.JOB_STEP, list(keys.values()))
    return [
        StuckJob(run.name, run.scope, run.business_date, run.shard, run.started_at)
        for run in runs
        if keys[run.pk] not in held
    ]


def _lock_key(run: JobRun) -> str:
    return step_lock_key(
        name=run.name, scope=run.scope, business_date=run.business_date, shard=run.shard
    )


def consumer_lags() -> list[ConsumerLag]:
    """Returns every consumer of facts that has ever run, with what waits for it.

    One query, and one for each consumer.
    """
    aside = (
        FactSetAside.objects.filter(consumer=OuterRef("pk"), resolved_at__isnull=True)
        .order_by()
        .values("consumer")
        .annotate(n=Count("pk"))
        .values("n")
    )
    cursors = FactCursor.objects.annotate(set_aside=Coalesce(Subquery(aside), 0))
    return [_lag(cursor, cursor.set_aside) for cursor in cursors.order_by("consumer")]


def _lag(cursor: FactCursor, set_aside: int) -> ConsumerLag:
    waiting, oldest_at = _waiting(cursor)
    return ConsumerLag(
        consumer=cursor.consumer,
        fact_table=cursor.fact_table,
        waiting=min(waiting, MOST_COUNTED),
        is_more=waiting > MOST_COUNTED,
        oldest_at=oldest_at,
        set_aside=set_aside,
        failures=cursor.failure_count,
        error=cursor.error,
        moved_at=cursor.moved_at,
    )


def _waiting(cursor: FactCursor) -> tuple[int, datetime | None]:
    if not cursor.fact_table:
        return 0, None
    model: type[FactModel] = apps.get_model(cursor.fact_table)
    above = Q(xid__gt=cursor.last_xid)
    if cursor.last_id:
        above |= Q(xid=cursor.last_xid, pk__gt=model._meta.pk.to_python(cursor.last_id))
    # Bounded below as well, so that the index on xid is used.
    found = model._default_manager.filter(above, xid__gte=cursor.last_xid).order_by("xid", "pk")
    counted = found[: MOST_COUNTED + 1].aggregate(n=Count("pk"), oldest=Min("known_at"))
    return counted["n"], counted["oldest"]


def worker_heartbeats() -> list[WorkerHeartbeat]:
    """Returns every process of the background work that was ever seen. One query."""
    since = clock.now() - ALIVE_WITHIN
    return [
        WorkerHeartbeat(beat.name, beat.kind, beat.seen_at, beat.seen_at >= since)
        for beat in Heartbeat.objects.order_by("kind", "name")
    ]


def beat_age() -> timedelta | None:
    """Returns how long ago the scheduler last woke a worker; None: never. One query."""
    seen_at = Heartbeat.objects.filter(kind=Heartbeat.Kind.SCHEDULER).aggregate(at=Max("seen_at"))
    return clock.now() - seen_at["at"] if seen_at["at"] else None


def last_runs() -> dict[str, LastRun]:
    """Returns the last run of each task of the schedule, by the task's name. One query."""
    return {run.task: run for run in LastRun.objects.all()}

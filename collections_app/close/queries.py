"""Reads for the close's pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from collections_app.close.models import CloseRun, CloseSetAside
from collections_app.close.steps import SHARD_COUNT, STEPS
from core.jobs.models import JobRun
from loans.portfolios.models import Portfolio


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step of a run, its shards taken together."""

    name: str
    state: str
    done_shards: int
    shards: int
    started_at: datetime | None
    finished_at: datetime | None
    counts: dict[str, int]
    error: str


def _set_aside_count() -> Coalesce:
    """The number of loans a run set aside, as a subquery, so that DISTINCT ON stays possible."""
    rows = CloseSetAside.objects.filter(run=OuterRef("pk")).order_by().values("run")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


def runs_for(user: User) -> QuerySet[CloseRun]:
    """Closes the user may see, newest first, with their portfolio and loans set aside."""
    return (
        CloseRun.objects.visible_to(user)
        .select_related("portfolio")
        .annotate(set_aside_count=_set_aside_count())
        .order_by("-business_date", "portfolio__code")
    )


def step_results(*, scope: str, business_date: date) -> list[StepResult]:
    """Returns every step of a close in order, also those that have not begun. One query."""
    rows: dict[str, list[JobRun]] = {name: [] for name, _most, _act in STEPS}
    for row in JobRun.objects.filter(
        name__in=rows, scope=scope, business_date=business_date
    ).order_by("shard"):
        rows[row.name].append(row)
    return [_merge(name, rows[name]) for name, _most, _act in STEPS]


def _merge(name: str, runs: list[JobRun]) -> StepResult:
    counts: Counter[str] = Counter()
    for run in runs:
        counts.update(run.counts)
    shards = counts.pop(SHARD_COUNT, 0) or max(len(runs), 1)
    done = sum(run.state == JobRun.State.DONE for run in runs)
    failed = next((run for run in runs if run.state == JobRun.State.FAILED), None)
    finishes = [run.finished_at for run in runs if run.finished_at]
    if failed:
        state = "failed"
    elif done == shards:
        state = "done"
    else:
        state = "running" if runs else "waiting"
    return StepResult(
        name=name.removeprefix("close."),
        state=state,
        done_shards=done,
        shards=shards,
        started_at=min((run.started_at for run in runs if run.started_at), default=None),
        finished_at=max(finishes, default=None) if done == shards else None,
        counts=dict(counts),
        error=failed.error if failed else "",
    )


def latest_runs(user: User) -> list[tuple[Portfolio, CloseRun | None]]:
    """Returns every portfolio the user may see with its newest close. Two queries."""
    newest = {
        run.portfolio_id: run
        for run in runs_for(user)
        .order_by("portfolio_id", "-business_date")
        .distinct("portfolio_id")
    }
    portfolios = Portfolio.objects.visible_to(user).filter(is_active=True).order_by("code")
    return [(portfolio, newest.get(portfolio.pk)) for portfolio in portfolios]


def totals_by_run(runs: Sequence[CloseRun]) -> dict[UUID, Counter[str]]:
    """Adds up what the steps of each run counted. One query."""
    keys = {(run.portfolio.code, run.business_date): run.pk for run in runs}
    totals: dict[UUID, Counter[str]] = {run.pk: Counter() for run in runs}
    rows = JobRun.objects.filter(
        name__startswith="close.",
        scope__in={code for code, _day in keys},
        business_date__in={day for _code, day in keys},
    )
    for row in rows:
        run_id = keys.get((row.scope, row.business_date)) if row.business_date else None
        if run_id is not None:
            totals[run_id].update(row.counts)
    return totals


def set_aside_of(run: CloseRun) -> QuerySet[CloseSetAside]:
    """Returns the loans a run set aside, with their contract numbers."""
    return run.set_aside.select_related("loan").order_by("loan__contract_no")

"""What the page of the background work is given: texts and marks, ready to show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collections_app.close.models import CloseState
from collections_app.close.names import step_name
from config.operations.health import (
    CloseStanding,
    ConsumerLag,
    OutboxStanding,
    UnfinishedJob,
    WorkerHeartbeat,
)
from config.schedule import BEAT_SCHEDULE
from core import clock
from core.jobs import Heartbeat, JobRun, LastRun
from loans.imports.models import Errand, ImportBatch

#: An unfinished batch this old is no longer "just arriving".
_LATE_AFTER_SECONDS = 120


@dataclass(frozen=True, slots=True)
class CloseLine:
    """One portfolio's books and its newest close."""

    code: str
    name: str
    business_date: Any
    behind_days: int
    state: str
    state_name: str
    run_href: str
    last_done_on: Any
    last_done_at: datetime | None
    error: str
    resume_href: str


@dataclass(frozen=True, slots=True)
class StepLine:
    name: str
    scope: str
    business_date: Any
    state: str
    state_name: str
    started_at: datetime
    attempts: int
    error: str


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    name: str
    every: str
    last_at: datetime | None
    took: str
    state: str
    state_name: str
    error: str


@dataclass(frozen=True, slots=True)
class ConsumerLine:
    name: str
    reads: str
    state: str
    state_name: str
    waiting: str
    oldest_at: datetime | None
    set_aside: int
    error: str
    retry_href: str


@dataclass(frozen=True, slots=True)
class WorkerLine:
    name: str
    kind_name: str
    seen_at: datetime
    state: str
    state_name: str


@dataclass(frozen=True, slots=True)
class ImportLine:
    href: str
    file_name: str
    portfolio: str
    what: str
    percent: int | None
    since: datetime | None
    fault: str


def alarms(
    standings: Sequence[CloseStanding],
    steps: Sequence[UnfinishedJob],
    lags: Sequence[ConsumerLag],
    beats: Sequence[WorkerHeartbeat],
    outbox: OutboxStanding,
) -> list[str]:
    """Returns one sentence for each thing that somebody has to look at, worst first."""
    found = []
    kinds = {beat.kind for beat in beats if beat.is_alive}
    if Heartbeat.Kind.WORKER not in kinds:
        found.append(_("No worker was seen for five minutes. Nothing in the background runs."))
    elif Heartbeat.Kind.SCHEDULER not in kinds:
        found.append(_("The scheduler was not seen for five minutes. Start beat."))
    found += [
        ngettext(
            "%(name)s is %(days)d day behind.", "%(name)s is %(days)d days behind.", s.behind_days
        )
        % {"name": s.name, "days": s.behind_days}
        for s in standings
        if s.behind_days
    ]
    found += [
        _("The close of %(name)s failed: %(error)s") % {"name": s.name, "error": s.run_error}
        for s in standings
        if s.run_state == CloseState.FAILED
    ]
    stuck = sum(step.is_stuck for step in steps)
    if stuck:
        text = ngettext(
            "%(count)d step lost its process; it is taken up again by itself.",
            "%(count)d steps lost their process; they are taken up again by themselves.",
            stuck,
        )
        found.append(text % {"count": stuck})
    if outbox.is_late:
        found.append(_("Messages are due and do not leave."))
    if outbox.is_lease_over:
        found.append(_("A worker took messages and did not give them back in time."))
    aside = sum(lag.set_aside for lag in lags)
    if aside:
        text = ngettext("%(count)d fact is set aside.", "%(count)d facts are set aside.", aside)
        found.append(text % {"count": aside})
    return found


def close_line(standing: CloseStanding, *, can_run: bool) -> CloseLine:
    """Returns a portfolio's line; a failed close can be resumed by who may close."""
    names = {
        "": ("waiting", _("never closed")),
        CloseState.RUNNING: ("running", _("running")),
        CloseState.FAILED: ("failed", _("failed")),
        CloseState.DONE: ("done", _("done")),
    }
    state, name = names[standing.run_state]
    if standing.is_interrupted:
        state, name = "uncertain", _("interrupted, goes on by itself")
    run = [standing.run_id] if standing.run_id else []
    has_failed = standing.run_state == CloseState.FAILED
    return CloseLine(
        code=standing.code,
        name=standing.name,
        business_date=standing.business_date,
        behind_days=standing.behind_days,
        state=state,
        state_name=str(name),
        run_href=reverse("close:run", args=run) if run else "",
        last_done_on=standing.last_done_on,
        last_done_at=standing.last_done_at,
        error=standing.run_error,
        resume_href=reverse("close:run_again", args=run) if can_run and has_failed else "",
    )


def step_line(step: UnfinishedJob) -> StepLine:
    """Returns a step with its state: at work, stuck, or failed."""
    if step.is_stuck:
        state, name = "uncertain", _("stuck: its process died")
    elif step.state == JobRun.State.FAILED:
        state, name = "failed", _("failed")
    else:
        state, name = "running", _("running")
    return StepLine(
        name=f"{step_name(step.name.removeprefix('close.'))} #{step.shard}",
        scope=step.scope,
        business_date=step.business_date,
        state=state,
        state_name=str(name),
        started_at=step.started_at,
        attempts=step.attempt_count,
        error=step.error,
    )


def schedule_lines(last: Mapping[str, LastRun]) -> list[ScheduleLine]:
    """Returns every entry of the schedule with its last run; none yet is said as such."""
    names = {
        "consume-facts": _("Facts to their consumers"),
        "seal-audit": _("Seal the trail"),
        "beat-heart": _("Sign of life"),
        "prune-idempotency-keys": _("Forget old request keys"),
        "fill-coming-years": _("Holidays of the coming years"),
        "expire-approvals": _("Approvals that ran out"),
        "sweep-imports": _("Imports that wait"),
        "sweep-outbox": _("Messages that are due"),
        "ask-about-uncertain": _("Uncertain messages"),
        "plan-where-books-are-late": _("Plans where the books are late"),
        "apply-provider-events": _("What providers reported"),
        "print-waiting-letters": _("Letters to print"),
        "refresh-workable-hints": _("Who may be called now"),
        "prune-signatures": _("Forget old signatures"),
        "close-due-portfolios": _("Close the days that are over"),
    }
    return [
        _schedule_line(str(names.get(key, key)), entry, last.get(entry["task"]))
        for key, entry in BEAT_SCHEDULE.items()
    ]


def _schedule_line(name: str, entry: Mapping[str, Any], run: LastRun | None) -> ScheduleLine:
    if run is None:
        state, word = "waiting", _("not yet")
    elif run.has_failed:
        state, word = "failed", _("failed")
    else:
        state, word = "done", _("done")
    return ScheduleLine(
        name=name,
        every=_every(entry["schedule"]),
        last_at=run.finished_at if run else None,
        took=_("%(seconds)s s") % {"seconds": f"{run.took_milliseconds / 1000:.1f}"} if run else "",
        state=state,
        state_name=str(word),
        error=run.error if run else "",
    )


def _every(when: Any) -> str:
    """How often: by the clock, or after so long."""
    seconds = getattr(when, "run_every", None)
    if seconds is None:
        hour, minute = min(when.hour), min(when.minute)
        return _("daily at %(time)s UTC") % {"time": f"{hour:02}:{minute:02}"}
    total = int(seconds.total_seconds())
    if total < 60:
        return _("every %(count)d s") % {"count": total}
    return _("every %(count)d min") % {"count": total // 60}


def consumer_line(lag: ConsumerLag, *, can_retry: bool) -> ConsumerLine:
    """Returns a consumer: up to date, working through what waits, or failing."""
    is_late = (
        lag.oldest_at is not None
        and (clock.now() - lag.oldest_at).total_seconds() > _LATE_AFTER_SECONDS
    )
    if lag.failures:
        state, name = "failed", _("failing")
    elif is_late:
        state, name = "uncertain", _("late")
    elif lag.waiting:
        state, name = "running", _("at work")
    else:
        state, name = "done", _("up to date")
    waiting = f"{lag.waiting:,}"
    return ConsumerLine(
        name=lag.consumer,
        reads=lag.fact_table,
        state=state,
        state_name=str(name),
        waiting=_("more than %(count)s") % {"count": waiting} if lag.is_more else waiting,
        oldest_at=lag.oldest_at,
        set_aside=lag.set_aside,
        error=lag.error,
        retry_href=reverse("operations:retry", args=[lag.consumer])
        if can_retry and lag.set_aside
        else "",
    )


def worker_line(beat: WorkerHeartbeat) -> WorkerLine:
    """Returns a process: alive, or when it was last seen."""
    state, name = ("done", _("alive")) if beat.is_alive else ("failed", _("not seen lately"))
    kind = Heartbeat.Kind(beat.kind).label
    return WorkerLine(beat.name, str(kind), beat.seen_at, state, str(name))


def import_line(batch: ImportBatch) -> ImportLine:
    """Returns an import that a worker is at, or should be."""
    asked = str(Errand(batch.errand).label) if batch.errand else str(batch.get_state_display())
    return ImportLine(
        href=reverse("imports:detail", args=[batch.pk]),
        file_name=batch.file_name,
        portfolio=batch.portfolio.name,
        what=asked,
        percent=batch.percent_done if batch.started_at else None,
        since=batch.asked_at or batch.created_at,
        fault=batch.fault,
    )

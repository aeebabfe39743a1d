"""The state of the work, read from the database when Prometheus asks: each query is bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final

from django.db import Error as AnyDatabaseError
from django.db import transaction
from django.db.models import Count, Q
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.registry import Collector

from collections_app.close.models import CloseRun, CloseState
from compliance.attempts.models import Verdict
from config.database import limit_statements
from config.operations import health
from core import clock
from core.ids import first_id_at
from core.jobs import JobRun
from loans.imports.models import ImportBatch, ImportState

QUERY_LIMIT: Final = timedelta(seconds=2)
#: Older failures are history, not a state: they would keep an alert on for ever.
RECENT: Final = timedelta(days=1)
GATE_WINDOW: Final = timedelta(minutes=15)


class StateCollector(Collector):
    """Gauges of closes, consumers, jobs, imports and the gate.

    A part that cannot be read is left out and counted in `makegood_state_unread`, so that the
    rest still arrives: metrics are needed most when something is wrong.
    """

    def describe(self) -> list[Gauge]:
        """Names nothing beforehand: registering must not ask the database."""
        return []

    def collect(self) -> Iterator[Gauge]:
        unread = 0
        for part in PARTS:
            try:
                with transaction.atomic():
                    limit_statements(QUERY_LIMIT)
                    found = list(part())
            except AnyDatabaseError:
                unread += 1
            else:
                yield from found
        yield _gauge("state_unread", "Parts of the state that could not be read just now.", unread)


def _gauge(name: str, words: str, value: float) -> Gauge:
    return Gauge(f"makegood_{name}", words, value=value)


def _closes() -> Iterator[Gauge]:
    behind = Gauge("makegood_close_days_behind", "Days the books are behind.", labels=["portfolio"])
    age = Gauge(
        "makegood_close_last_done_timestamp_seconds",
        "When a close of the portfolio last ended well.",
        labels=["portfolio"],
    )
    for standing in health.closes_behind():
        behind.add_metric([standing.code], standing.behind_days)
        if standing.last_done_at:
            age.add_metric([standing.code], standing.last_done_at.timestamp())
    yield behind
    yield age


def _close_duration() -> Iterator[Gauge]:
    """The newest finished close of each portfolio, at most one row for each."""
    seconds = Gauge("makegood_close_seconds", "Time the last close took.", labels=["portfolio"])
    aside = Gauge(
        "makegood_close_set_aside_loans", "Loans the last close set aside.", labels=["portfolio"]
    )
    newest = (
        CloseRun.objects.filter(state=CloseState.DONE)
        .order_by("portfolio_id", "-business_date")
        .distinct("portfolio_id")
    )
    runs = CloseRun.objects.filter(pk__in=newest.values("pk")).annotate(n=Count("set_aside"))
    for code, began, ended, count in runs.values_list(
        "portfolio__code", "started_at", "finished_at", "n"
    ):
        if ended is not None:  # the database sees to it for what is done
            seconds.add_metric([code], (ended - began).total_seconds())
        aside.add_metric([code], count)
    yield seconds
    yield aside


def _consumers() -> Iterator[Gauge]:
    waiting = Gauge(
        "makegood_facts_waiting",
        f"Facts that wait for a consumer, counted up to {health.MOST_COUNTED}.",
        labels=["consumer"],
    )
    age = Gauge(
        "makegood_facts_oldest_waiting_seconds", "Age of the oldest of them.", labels=["consumer"]
    )
    aside = Gauge(
        "makegood_facts_set_aside", "Facts a consumer could not digest.", labels=["consumer"]
    )
    failures = Gauge(
        "makegood_facts_failures_in_a_row", "Failures at the same fact.", labels=["consumer"]
    )
    for lag in health.consumer_lags():
        oldest = (clock.now() - lag.oldest_at).total_seconds() if lag.oldest_at else 0.0
        waiting.add_metric([lag.consumer], lag.waiting)
        age.add_metric([lag.consumer], max(oldest, 0.0))
        aside.add_metric([lag.consumer], lag.set_aside)
        failures.add_metric([lag.consumer], lag.failures)
    yield from (waiting, age, aside, failures)


def _jobs() -> Iterator[Gauge]:
    since = clock.now() - RECENT
    failed = JobRun.objects.filter(state=JobRun.State.FAILED, started_at__gte=since).count()
    yield _gauge("jobs_failed", "Steps of the last day that failed and stand so.", failed)
    stuck = len(health.stuck_jobs())
    yield _gauge("jobs_stuck", "Steps that say they run while nobody is at work on them.", stuck)


def _processes() -> Iterator[Gauge]:
    age = Gauge(
        "makegood_last_seen_timestamp_seconds",
        "When a process of the background work was last seen, by kind.",
        labels=["kind"],
    )
    newest: dict[str, float] = {}
    for beat in health.worker_heartbeats():
        newest[beat.kind] = max(newest.get(beat.kind, 0.0), beat.seen_at.timestamp())
    for kind, seen_at in newest.items():
        age.add_metric([kind], seen_at)
    yield age


def _imports() -> Iterator[Gauge]:
    """Few rows a day, so no index is asked for."""
    unfinished = (ImportState.STAGED, ImportState.CHECKED, ImportState.LOADING)
    counts = dict(
        ImportBatch.objects.filter(
            Q(created_at__gte=clock.now() - RECENT) | Q(state__in=unfinished)
        )
        .order_by()
        .values_list("state")
        .annotate(Count("pk"))
    )
    found = Gauge(
        "makegood_imports", "Imports of the last day, and unfinished ones.", labels=["state"]
    )
    for state in ImportState.values:
        found.add_metric([state], counts.get(state, 0))
    yield found


def _gate() -> Iterator[Gauge]:
    asked = Verdict.objects.filter(pk__gte=first_id_at(clock.now() - GATE_WINDOW)).order_by()
    counts = dict(asked.values_list("is_allowed").annotate(Count("pk")))
    found = Gauge(
        "makegood_gate_verdicts", "Stored verdicts of the last 15 minutes.", labels=["verdict"]
    )
    found.add_metric(["allowed"], counts.get(True, 0))
    found.add_metric(["refused"], counts.get(False, 0))
    yield found


PARTS: Final[tuple[Callable[[], Iterator[Gauge]], ...]] = (
    _closes,
    _close_duration,
    _consumers,
    _jobs,
    _processes,
    _imports,
    _gate,
)

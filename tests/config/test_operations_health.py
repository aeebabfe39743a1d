"""What is read about the background work: closes behind, stuck steps, consumers, heartbeats."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection, connections

from collections_app.close.models import CloseRun, CloseState
from config.operations.health import (
    beat_age,
    closes_behind,
    consumer_lags,
    stuck_jobs,
    worker_heartbeats,
)
from core import clock
from core.facts.models import FactCursor, FactSetAside
from core.jobs import Heartbeat, JobRun, record_heartbeat, record_last_run, step_lock_key
from core.jobs.models import LastRun
from core.locks import Lock, advisory_lock
from loans.delinquency.models import PositionChange
from tests.loans.builders import build_loan, build_portfolio

pytestmark = pytest.mark.django_db


def running_step(*, minutes_ago):
    return JobRun.objects.create(
        name="close.age_positions",
        scope="us-auto",
        business_date=date(2025, 6, 30),
        shard=3,
        state=JobRun.State.RUNNING,
        started_at=clock.now() - timedelta(minutes=minutes_ago),
    )


def test_a_portfolio_two_days_behind_says_so_with_its_last_close(settings):
    portfolio = build_portfolio(code="us", business_date=date(2025, 6, 30))
    CloseRun.objects.create(
        portfolio=portfolio,
        business_date=date(2025, 6, 29),
        state=CloseState.DONE,
        started_at=clock.now(),
        finished_at=clock.now(),
        started_by="system",
    )

    with time_machine.travel("2025-07-02T12:00:00Z", tick=False):
        (standing,) = closes_behind()

    assert standing.behind_days == 2
    assert standing.last_done_on == date(2025, 6, 29)
    assert standing.run_state == "done"
    assert not standing.is_interrupted


def test_a_running_close_that_nobody_holds_is_interrupted():
    portfolio = build_portfolio(code="us", business_date=date(2025, 6, 30))
    CloseRun.objects.create(
        portfolio=portfolio,
        business_date=date(2025, 6, 30),
        state=CloseState.RUNNING,
        started_at=clock.now(),
        started_by="system",
    )

    assert closes_behind()[0].is_interrupted


def test_a_step_whose_process_died_is_stuck_and_a_young_one_is_not():
    running_step(minutes_ago=5)

    assert [(job.name, job.shard) for job in stuck_jobs()] == [("close.age_positions", 3)]

    JobRun.objects.update(started_at=clock.now())
    assert stuck_jobs() == []


@pytest.mark.django_db(transaction=True)
def test_a_step_that_a_process_holds_is_not_stuck_however_long_it_runs():
    run = running_step(minutes_ago=90)
    key = step_lock_key(
        name=run.name, scope=run.scope, business_date=run.business_date, shard=run.shard
    )
    other = connections.create_connection("default")
    other.set_autocommit(False)
    try:
        from core.locks.advisory import _key_number

        with other.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, %s)", [int(Lock.JOB_STEP), _key_number(key)]
            )
        assert stuck_jobs() == []
        other.rollback()
        assert len(stuck_jobs()) == 1
    finally:
        other.close()


def test_the_lock_a_step_takes_is_the_one_that_is_looked_for():
    run = running_step(minutes_ago=5)
    assert advisory_lock(
        Lock.JOB_STEP,
        step_lock_key(
            name=run.name, scope=run.scope, business_date=run.business_date, shard=run.shard
        ),
    )

    assert stuck_jobs() == []


def test_facts_that_wait_for_a_consumer_are_counted_with_those_set_aside():
    FactCursor.objects.create(
        consumer="cases.follow_positions", fact_table="loans.PositionChange", last_xid=1
    )
    loan = build_loan(build_portfolio(code="us"))
    before = PositionChange.objects.count()
    FactSetAside.objects.create(
        consumer="cases.follow_positions",
        fact_table="loans.PositionChange",
        fact_id="1",
        error="broken",
    )

    (lag,) = consumer_lags()

    assert lag.waiting == before == PositionChange.objects.filter(loan=loan).count() > 0
    assert (lag.set_aside, lag.is_more) == (1, False)


def test_a_worker_not_seen_for_long_is_not_alive():
    record_heartbeat(name="worker@a", kind=Heartbeat.Kind.WORKER)
    record_heartbeat(name="scheduler", kind=Heartbeat.Kind.SCHEDULER)
    Heartbeat.objects.filter(name="worker@a").update(seen_at=clock.now() - timedelta(minutes=6))

    alive = {beat.name: beat.is_alive for beat in worker_heartbeats()}

    assert alive == {"worker@a": False, "scheduler": True}
    age = beat_age()
    assert age is not None
    assert age < timedelta(seconds=30)


def test_without_any_sign_of_life_the_age_is_not_known():
    assert beat_age() is None


def test_only_the_newest_run_of_a_task_is_kept():
    record_last_run(task="core.facts.tasks.sweep_consumers", took=timedelta(seconds=2))
    record_last_run(
        task="core.facts.tasks.sweep_consumers", took=timedelta(seconds=1), error="LockBusy()"
    )

    last = LastRun.objects.get()
    assert (last.has_failed, last.error, last.took_milliseconds) == (True, "LockBusy()", 1_000)


def test_health_is_read_with_a_fixed_number_of_queries(django_assert_num_queries):
    for number in range(3):
        build_portfolio(code=f"p{number}", business_date=date(2025, 6, 30))
    running_step(minutes_ago=5)

    with django_assert_num_queries(3):
        closes_behind()
    with django_assert_num_queries(2):
        stuck_jobs()
    assert connection.vendor == "postgresql"

"""Steps run once, resume after a crash, and say what they did."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from core.audit import SYSTEM, AuditEntry, record
from core.jobs import Heartbeat, JobRun, record_heartbeat, run_step, seen_within
from core.jobs.tasks import beat_heart
from core.jobs.threads import work_on_connections
from core.locks import LockBusy

pytestmark = pytest.mark.django_db(transaction=True)

STEP = {"name": "close.ageing", "scope": "P1", "business_date": date(2026, 11, 23), "shard": 3}


def work(*, fail: bool = False, **other) -> bool:
    """Runs the step; returns whether there was anything left to do."""
    with run_step(**(STEP | other)) as step:
        if step.already_done:
            return False
        record(action="loan.age", by=SYSTEM, object_type="t", object_id=1)
        step.count("aged", 2)
        step.count("aged")
        if fail:
            raise ValueError("the disk is full")
        return True


def test_step_runs_once_and_keeps_its_counts():
    assert work() is True
    assert work() is False

    run = JobRun.objects.get()
    assert (run.state, run.counts, run.attempt_count) == ("done", {"aged": 3}, 1)
    assert run.finished_at is not None
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize(
    "other",
    [{"name": "close.cases"}, {"scope": "P2"}, {"business_date": None}, {"shard": 0}],
)
def test_other_steps_are_others(other):
    assert work() is True
    assert work(**other) is True
    assert work(**other) is False  # also where the date is null


def test_failed_step_undoes_its_writing_keeps_the_error_and_runs_again():
    with pytest.raises(ValueError, match="disk is full"):
        work(fail=True)

    run = JobRun.objects.get()
    assert run.state == "failed"
    assert "the disk is full" in run.error
    assert not AuditEntry.objects.exists()

    assert work() is True
    run.refresh_from_db()
    assert (run.state, run.attempt_count, run.error) == ("done", 2, "")


def test_step_killed_midway_is_taken_over():
    JobRun.objects.create(
        **STEP, state="running", started_at="2026-11-23T01:00:00Z", attempt_count=1
    )
    assert work() is True
    assert JobRun.objects.get().attempt_count == 2


def test_two_runners_do_the_step_once(together):
    results = together([work] * 8)
    assert sorted(results) == [False] * 7 + [True]
    assert AuditEntry.objects.count() == 1


def test_second_runner_that_will_not_wait_is_told(together):
    inside, leave = threading.Event(), threading.Event()

    def slow() -> None:
        with run_step(**STEP):
            inside.set()
            assert leave.wait(10)

    def second() -> bool:
        assert inside.wait(10)
        try:
            return work(wait=False)
        finally:
            leave.set()

    _first, refused = together([slow, second])

    assert isinstance(refused, LockBusy)
    assert JobRun.objects.get().state == "done"


def test_step_inside_a_transaction_goes_with_it():
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
        work()
        raise RuntimeError
    assert not JobRun.objects.exists()


def test_database_wants_an_end_for_what_ended():
    with pytest.raises(IntegrityError):
        JobRun.objects.create(**STEP, state="done", started_at="2026-11-23T01:00:00Z")


def test_heartbeat_shows_a_worker_alive_and_says_nothing_of_the_scheduler():
    with time_machine.travel("2026-11-23 10:00", tick=False):
        beat_heart()
        assert seen_within(kind="worker", age=timedelta(minutes=2))
        assert not seen_within(kind="scheduler", age=timedelta(minutes=2))
        record_heartbeat(name="scheduler", kind="scheduler")
    with time_machine.travel("2026-11-23 10:05", tick=False):
        assert not seen_within(kind="worker", age=timedelta(minutes=2))
    assert Heartbeat.objects.count() == 2


def test_a_process_that_died_is_forgotten_after_a_day_by_the_next_of_its_kind():
    with time_machine.travel("2026-11-23 10:00", tick=False):
        record_heartbeat(name="worker@old", kind="worker")
        record_heartbeat(name="scheduler@old", kind="scheduler")
    with time_machine.travel("2026-11-24 09:59", tick=False):
        record_heartbeat(name="worker@new", kind="worker")
        assert Heartbeat.objects.filter(name="worker@old").exists()
    with time_machine.travel("2026-11-24 10:01", tick=False):
        record_heartbeat(name="worker@new", kind="worker")

    left = set(Heartbeat.objects.values_list("name", flat=True))
    assert left == {"worker@new", "scheduler@old"}, "the last scheduler was seen, not never"


def test_pieces_are_worked_on_at_the_same_time_each_on_a_connection_of_its_own():
    nobody_passes_alone = threading.Barrier(2, timeout=60)
    sessions = set()

    def piece():
        nobody_passes_alone.wait()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            sessions.add(cursor.fetchone()[0])

    work_on_connections([piece, piece], most=2)

    assert len(sessions) == 2


def test_where_a_piece_fails_those_that_began_end_and_no_further_one_begins():
    has_failed, ended = threading.Event(), []

    def failing():
        has_failed.set()
        raise ValueError("the disk is full")

    def slow():
        assert has_failed.wait(60)
        ended.append("slow")

    with pytest.raises(ValueError, match="the disk is full"):
        work_on_connections([slow, failing], most=2)
    with pytest.raises(ValueError, match="the disk is full"):
        work_on_connections([failing, lambda: ended.append("later")], most=1)

    assert ended == ["slow"]

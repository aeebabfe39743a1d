"""/readyz: what a balancer, a container and a person on call learn of each part."""

from __future__ import annotations

import shutil
import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from config import readiness
from config.scheduler import NOTE_EVERY_SECONDS, SeenScheduler
from core import clock
from core.encryption import DataKey, new_data_key
from core.jobs import Heartbeat, record_heartbeat

pytestmark = pytest.mark.django_db

ALL_WELL = dict.fromkeys(
    ("database", "keys", "worker", "scheduler", "outbox", "broker", "files"), readiness.OK
)


@pytest.fixture
def alive():
    record_heartbeat(name="worker@a", kind=Heartbeat.Kind.WORKER)
    record_heartbeat(name="scheduler@a", kind=Heartbeat.Kind.SCHEDULER)


@pytest.fixture
def ask(client, alive):
    def asked():
        answer = client.get("/readyz")
        return answer.status_code, answer.json()

    return asked


def test_all_parts_are_well(client, ask):
    assert ask() == (200, {"status": "ok", "checks": ALL_WELL})
    assert client.get("/readyz").headers["Cache-Control"] == "no-store"


def test_asking_costs_few_statements_and_reads_no_files_again(client, ask, monkeypatch):
    ask()

    def read_again(*args, **kwargs):
        raise AssertionError("the migrations were read from disk once more")

    monkeypatch.setattr(readiness, "MigrationLoader", read_again)
    with CaptureQueriesContext(connection) as asked:
        assert ask()[0] == 200
    # savepoint, limit, is there a table, migrations, two keys, two heartbeats, what is due, leases,
    # release
    assert len(asked) <= 11


def test_without_a_database_nothing_works(ask, monkeypatch):
    def unreachable(*args, **kwargs):
        raise OperationalError('connection to "postgres://owner:secret@host" failed')

    monkeypatch.setattr(readiness, "_migrations", unreachable)

    status, answer = ask()

    assert (status, answer["status"]) == (503, "unavailable")
    assert answer["checks"]["database"] == "unreachable"
    assert answer["checks"]["keys"] == "unknown"
    assert "secret" not in str(answer)


def test_a_slow_database_is_not_waited_for(ask, monkeypatch):
    monkeypatch.setattr(readiness, "STATEMENT_LIMIT", timedelta(milliseconds=10))

    def slow():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")

    monkeypatch.setattr(readiness, "_migrations", slow)

    assert ask()[0] == 503


def test_a_database_of_an_older_version_is_not_ready(ask):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'core'")

    status, answer = ask()

    assert (status, answer["checks"]["database"]) == (503, "not migrated")


def test_keys_that_do_not_open_what_is_stored(ask):
    new_data_key()
    assert ask()[0] == 200

    DataKey.objects.update(wrapped=b"\0" * 60)

    status, answer = ask()
    assert (status, answer["checks"]["keys"]) == (503, "do not open what is stored")


def test_a_master_key_that_was_taken_out_too_early(ask, settings):
    new_data_key()
    settings.DATA_KEYS = {2: b"2" * 32}
    new_data_key()

    status, answer = ask()

    assert (status, answer["checks"]["keys"]) == (503, "a master key is missing")


@override_settings(REDIS_URL="redis://127.0.0.1:1/0")
def test_the_site_is_ready_without_redis_and_says_so(ask):
    status, answer = ask()

    assert (status, answer["status"]) == (200, "degraded")
    assert answer["checks"] == ALL_WELL | {"broker": "unreachable"}


def test_a_worker_that_stopped_working_shows(ask):
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=False):
        record_heartbeat(name="scheduler@a", kind=Heartbeat.Kind.SCHEDULER)

        status, answer = ask()

    assert (status, answer["status"]) == (200, "degraded")
    assert answer["checks"] == ALL_WELL | {"worker": "not seen"}


def test_before_the_first_beat(client):
    checks = client.get("/readyz").json()["checks"]

    assert (checks["worker"], checks["scheduler"]) == ("never seen", "never seen")


def test_a_disk_that_fills_up_is_told_early(ask, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "not yet made"
    assert ask()[1]["checks"]["files"] == readiness.OK

    settings.MEDIA_MIN_FREE_MEGABYTES = shutil.disk_usage(tmp_path).total // 1024**2 + 1

    status, answer = ask()
    assert (status, answer["checks"]["files"]) == (200, "nearly full")


def test_a_share_that_hangs_does_not_hang_the_answer(ask, monkeypatch):
    release = threading.Event()
    monkeypatch.setattr(readiness, "_disk", lambda: release.wait(10) and "late")
    monkeypatch.setattr(readiness, "_DISK_PATIENCE_SECONDS", 0.05)

    try:
        assert ask()[1]["checks"]["files"] == "no answer"
        assert ask()[1]["checks"]["files"] == "no answer"
    finally:
        release.set()


@pytest.fixture
def scheduler(tmp_path, monkeypatch):
    from celery import Celery

    monkeypatch.setattr("config.scheduler.close_old_connections", lambda: None)

    # As the current one it would take every task of the tests that follow.
    app = Celery("quiet", broker="memory://", set_as_current=False)
    made = SeenScheduler(app=app, schedule_filename=str(tmp_path / "schedule"))
    yield made
    made.close()


def test_the_scheduler_notes_itself_now_and_then(scheduler):
    assert 0 <= scheduler.tick() <= NOTE_EVERY_SECONDS
    first = Heartbeat.objects.get(kind="scheduler").seen_at
    scheduler.tick()

    assert Heartbeat.objects.get(kind="scheduler").seen_at == first
    scheduler._noted_at -= NOTE_EVERY_SECONDS
    scheduler.tick()
    assert Heartbeat.objects.get(kind="scheduler").seen_at > first


def test_the_scheduler_goes_on_without_a_database(scheduler, monkeypatch, caplog):
    def unreachable(**kwargs):
        raise OperationalError

    monkeypatch.setattr("config.scheduler.record_heartbeat", unreachable)

    assert scheduler.tick() <= NOTE_EVERY_SECONDS
    assert "could not note" in caplog.text

"""The settings as they come out on a server, behind a pooler, and in each kind of process."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from config.broker import broker_url
from config.verification.steps import PROJECT, server_environment

SHOW = """
import json, sys
{before}
from django.conf import settings
print(json.dumps({{name: getattr(settings, name) for name in sys.argv[1:]}}))
"""


def show(*names: str, before: str = "", **variables: str) -> dict[str, Any]:
    """Reads settings in a process of its own, with production-like variables."""
    done = subprocess.run(
        [sys.executable, "-c", SHOW.format(before=before), *names],
        cwd=PROJECT,
        env={**server_environment(), "DJANGO_SETTINGS_MODULE": "config.settings", **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    values: dict[str, Any] = json.loads(done.stdout)
    return values


def test_a_server_is_closed_by_default():
    names = (
        "DEBUG SECURE_SSL_REDIRECT SECURE_HSTS_SECONDS SESSION_COOKIE_SECURE SESSION_COOKIE_NAME"
        " CSRF_COOKIE_NAME SESSION_COOKIE_SAMESITE X_FRAME_OPTIONS"
    )

    assert show(*names.split()) == {
        "DEBUG": False,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_NAME": "__Host-session",
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "X_FRAME_OPTIONS": "DENY",
    }


def test_the_content_security_policy_has_no_unsafe_word():
    policy = json.dumps(show("CONTENT_SECURITY_POLICY"))

    assert "unsafe" not in policy
    assert "'none'" in policy


def test_work_of_the_web_process_is_bounded():
    web = show("DATABASES", before="import config.wsgi")["DATABASES"]["default"]

    assert web["OPTIONS"]["options"] == (
        "-c statement_timeout=5000 -c lock_timeout=2000"
        " -c idle_in_transaction_session_timeout=15000"
    )
    assert web["OPTIONS"]["application_name"] == "makegood-web"


def test_a_command_or_worker_may_take_its_time():
    assert "options" not in show("DATABASES")["DATABASES"]["default"]["OPTIONS"]


def test_behind_a_pooler_nothing_lives_in_the_connection():
    pooled = show("DATABASES", before="import config.wsgi", DATABASE_POOLED="True")
    default = pooled["DATABASES"]["default"]

    assert default["DISABLE_SERVER_SIDE_CURSORS"] is True
    assert default["CONN_MAX_AGE"] == 0
    assert "options" not in default["OPTIONS"]


def test_only_a_process_that_is_told_knows_the_owner():
    assert list(show("DATABASES")["DATABASES"]) == ["default"]

    told = show("DATABASES", DATABASE_OWNER_URL="postgres://makegood_owner@database/makegood")
    assert told["DATABASES"]["owner"]["USER"] == "makegood_owner"


def test_a_task_ends_long_before_its_delivery_is_repeated():
    names = (
        "CELERY_TASK_TIME_LIMIT CELERY_BROKER_TRANSPORT_OPTIONS CELERY_VISIBILITY_TIMEOUT"
        " CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS CELERY_TIMEZONE CELERY_TASK_ACKS_LATE"
        " CELERY_TASK_REJECT_ON_WORKER_LOST CELERY_WORKER_PREFETCH_MULTIPLIER"
    )
    celery = show(*names.split())

    waits = {
        celery["CELERY_VISIBILITY_TIMEOUT"],
        celery["CELERY_BROKER_TRANSPORT_OPTIONS"]["visibility_timeout"],
        celery["CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS"]["visibility_timeout"],
    }
    assert len(waits) == 1, "the shortest would win"
    assert waits.pop() > 10 * celery["CELERY_TASK_TIME_LIMIT"]
    assert celery["CELERY_TIMEZONE"] == "UTC"
    assert celery["CELERY_TASK_ACKS_LATE"] is True
    assert celery["CELERY_TASK_REJECT_ON_WORKER_LOST"] is False
    assert celery["CELERY_WORKER_PREFETCH_MULTIPLIER"] == 1


@pytest.mark.parametrize(
    ("address", "spelled"),
    [
        ("redis://:p@host:6379/2", "redis://:p@host:6379/2"),
        ("rediss://host/0", "rediss://host/0"),
        ("unix:///run/redis.sock?db=3", "redis+socket:///run/redis.sock?virtual_host=3"),
        ("unix://:p@/run/redis.sock", "redis+socket://:p@/run/redis.sock?virtual_host=0"),
    ],
)
def test_the_broker_address(address, spelled):
    assert broker_url(address) == spelled


def test_every_beat_entry_names_a_task_and_runs_in_utc():
    from config.celery import app
    from config.schedule import BEAT_SCHEDULE

    app.loader.import_default_modules()

    unknown = {name for name, entry in BEAT_SCHEDULE.items() if entry["task"] not in app.tasks}
    assert not unknown, f"config/schedule.py wakes tasks that do not exist: {unknown}"

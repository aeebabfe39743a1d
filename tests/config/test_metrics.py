"""/metrics: who may read it, what it counts, and that several processes are counted together."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.http import Http404, HttpResponse
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

from config import task_log
from config.metrics import collector, counts_directory, worker_server
from config.metrics.access import may_read
from config.metrics.series import REGISTRY
from config.request_log import RequestLogMiddleware
from core.jobs import Heartbeat, record_heartbeat
from tests.loans.builders import build_portfolio

PROJECT = Path(__file__).resolve().parent.parent.parent
TOKEN = "a-token-of-thirty-two-characters"


def families(text: str):
    return {family.name: family for family in text_string_to_metric_families(text)}


def value(family, **labels) -> float:
    return next(
        sample.value
        for sample in family.samples
        if labels.items() <= sample.labels.items() and not sample.name.endswith("_created")
    )


@pytest.mark.parametrize(
    ("environ", "token", "allowed"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, "", True),
        ({"REMOTE_ADDR": "::1"}, "", True),
        ({"REMOTE_ADDR": "10.0.0.7"}, "", False),
        ({"REMOTE_ADDR": ""}, "", False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}, "", False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=203.0.113.9"}, "", False),
        ({"REMOTE_ADDR": "127.0.0.1"}, TOKEN, False),
        ({"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}, TOKEN, True),
        ({"HTTP_AUTHORIZATION": f"bearer {TOKEN}"}, TOKEN, True),
        ({"HTTP_AUTHORIZATION": f"Basic {TOKEN}"}, TOKEN, False),
        ({"HTTP_AUTHORIZATION": f"Bearer {TOKEN}x"}, TOKEN, False),
        ({"HTTP_AUTHORIZATION": "Bearer é"}, TOKEN, False),
        ({"HTTP_AUTHORIZATION": "Bearer "}, "", False),
    ],
)
def test_who_may_read(environ, token, allowed):
    assert may_read(environ, token=token) is allowed


@pytest.mark.django_db
def test_a_stranger_is_refused_and_the_bearer_answered(client, settings):
    settings.METRICS_TOKEN = TOKEN

    assert client.get("/metrics").status_code == 403
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_requests_are_counted_by_view_and_class_of_status(client):
    def count(**labels):
        name = "makegood_http_request_seconds_count"
        return REGISTRY.get_sample_value(name, labels) or 0

    well = {"view": "healthz", "method": "GET", "status": "2xx"}
    lost = {"view": "unknown", "method": "GET", "status": "4xx"}
    before = count(**well), count(**lost)

    client.get("/healthz?phone=13800138000")
    client.get("/nowhere/13800138000")

    assert (count(**well), count(**lost)) == (before[0] + 1, before[1] + 1)
    text = client.get("/metrics").content.decode()
    assert "13800138000" not in text


@pytest.mark.parametrize(
    ("raised", "counted"), [(Http404(), 0), (PermissionDenied(), 0), (RuntimeError("broken"), 1)]
)
def test_a_refusal_is_no_error_that_nobody_handled(rf, raised, counted):
    def count():
        labels = {"view": "unknown"}
        return REGISTRY.get_sample_value("makegood_http_unhandled_errors_total", labels) or 0

    request, before = rf.get("/"), count()
    request.resolver_match = None

    RequestLogMiddleware(lambda _request: HttpResponse()).process_exception(request, raised)

    assert count() - before == counted


@pytest.mark.django_db
def test_no_label_holds_an_id_or_an_address(client):
    portfolio = build_portfolio()
    client.get(f"/cases/{portfolio.pk}/")

    text = client.get("/metrics").content.decode()

    labels = set(re.findall(r'="([^"]*)"', text))
    assert not [label for label in labels if re.search(r"[0-9a-f]{8}-|/|@", label)]


@pytest.mark.django_db
def test_the_state_of_the_work(client):
    portfolio = build_portfolio()
    record_heartbeat(name="worker@a", kind=Heartbeat.Kind.WORKER)

    found = families(client.get("/metrics").content.decode())

    assert value(found["makegood_close_days_behind"], portfolio=portfolio.code) >= 0
    assert value(found["makegood_last_seen_timestamp_seconds"], kind="worker") > 1.7e9
    assert value(found["makegood_imports"], state="loading") == 0
    assert value(found["makegood_gate_verdicts"], verdict="refused") == 0
    assert value(found["makegood_jobs_stuck"]) == 0
    assert value(found["makegood_state_unread"]) == 0


@pytest.mark.django_db
def test_many_portfolios_cost_no_more_statements(client):
    build_portfolio()
    with CaptureQueriesContext(connection) as few:
        client.get("/metrics")
    for _ in range(4):
        build_portfolio()
    with CaptureQueriesContext(connection) as many:
        client.get("/metrics")

    assert len(many) <= len(few)


@pytest.mark.django_db
def test_what_cannot_be_read_does_not_hide_the_rest(client, monkeypatch):
    def broken():
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM no_such_table")
        yield

    monkeypatch.setattr(collector, "PARTS", (broken, collector._jobs))

    found = families(client.get("/metrics").content.decode())

    assert value(found["makegood_state_unread"]) == 1
    assert value(found["makegood_jobs_failed"]) == 0


@pytest.mark.django_db
def test_without_a_database_what_was_counted_is_still_shown(client, monkeypatch):
    def unreachable():
        raise OperationalError

    monkeypatch.setattr(collector, "PARTS", (unreachable,))
    client.get("/healthz")

    assert b"makegood_http_request_seconds_count" in client.get("/metrics").content


def test_tasks_are_counted_with_how_they_ended():
    def count(state):
        labels = {"task": "core.jobs.tasks.beat_heart", "state": state}
        return REGISTRY.get_sample_value("makegood_task_seconds_count", labels) or 0

    from core.jobs.tasks import beat_heart

    before = count("failure")
    task_log.begin(task_id="1", task=beat_heart)
    task_log.end(task_id="1", task=beat_heart, state="FAILURE")
    task_log.end(task_id="1", task=beat_heart, state="FAILURE")

    assert count("failure") == before + 1
    failures = {"task": "core.jobs.tasks.beat_heart"}
    assert REGISTRY.get_sample_value("makegood_task_failures_total", failures) >= 1


def test_a_start_forgets_the_processes_of_the_last_one(tmp_path, monkeypatch):
    monkeypatch.setenv(counts_directory.VARIABLE, str(tmp_path / "counts"))
    directory = counts_directory.prepare()
    (directory / "counter_1.db").write_bytes(b"old")

    assert counts_directory.prepare() == directory
    assert list(directory.iterdir()) == []
    counts_directory.remove(directory)
    assert not directory.exists()


_COUNT_IN_A_CHILD = """
import os
from config.metrics import counts_directory
counts_directory.prepare()
import django
django.setup()
from config.metrics.output import counted_by_processes
from config.metrics.series import REQUEST_ERRORS
from prometheus_client.multiprocess import mark_process_dead
for _ in range(3):
    child = os.fork()
    if not child:
        REQUEST_ERRORS.labels(view="desk:case").inc(2)
        os._exit(0)
    os.waitpid(child, 0)
    mark_process_dead(child)
print(counted_by_processes().decode())
"""


def test_processes_are_counted_together_also_those_that_ended(tmp_path):
    environment = {
        **os.environ,
        counts_directory.VARIABLE: str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }

    done = subprocess.run(
        [sys.executable, "-c", _COUNT_IN_A_CHILD],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    found = families(done.stdout)
    assert value(found["makegood_http_unhandled_errors"], view="desk:case") == 6


def test_a_worker_shows_its_counts_only_to_who_may_read():
    answered = []
    ask = worker_server.application(TOKEN)

    refused = ask({"REMOTE_ADDR": "127.0.0.1"}, lambda status, headers: answered.append(status))
    shown = ask(
        {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"},
        lambda status, headers: answered.append(status),
    )

    assert answered == ["403 Forbidden", "200 OK"]
    assert b"makegood_task_seconds" in b"".join(shown)
    assert b"makegood_task_seconds" not in b"".join(refused)

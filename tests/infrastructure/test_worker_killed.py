"""A worker that takes tasks from Redis dies in the middle of an import; another one ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from accounts.access.rights import Role
from accounts.models import User
from config.celery import app
from core.audit.models import AuditEntry
from core.jobs import Heartbeat
from core.jobs.tasks import beat_heart
from loans.delinquency.verification import verify_portfolio
from loans.imports.errands import errands_waiting
from loans.imports.models import Errand, ImportBatch, ImportState, StagedRow
from loans.imports.tasks import sweep_imports
from loans.imports.wakeups import send
from loans.repayments.models import Repayment
from tests.loans.builders import build_portfolio, build_product
from tests.loans.import_files import (
    KINDS,
    REPAYMENT_HEADERS,
    bring_in,
    csv_bytes,
    repayment_rows,
    write_portfolio_files,
)

pytestmark = pytest.mark.django_db(transaction=True)

COUNT = 70
ROWS = 3 * COUNT
CHUNK_ROWS = 40
PATIENCE_SECONDS = 120
COMMAND = ["-m", "celery", "-A", "config", "worker", "--pool", "solo", "--loglevel", "INFO"]
ALONE = ["--without-gossip", "--without-mingle"]


class Worker:
    """A Celery worker of one process, as it is deployed but for that, on the tests' database."""

    def __init__(self, log: Path, *, dies_at: str = "") -> None:
        self._log = log.open("wb")
        self.process = subprocess.Popen(
            [sys.executable, *COMMAND, "--hostname", log.stem, *ALONE],
            cwd=django_settings.BASE_DIR,
            env=environment(dies_at),
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def end(self) -> int:
        if self.process.poll() is None:
            self.process.kill()
        self._log.close()
        return self.process.wait(timeout=PATIENCE_SECONDS)


def environment(dies_at: str) -> dict[str, str]:
    at = connection.settings_dict
    where = f"{at['HOST']}:{at['PORT'] or 5432}" if not at["HOST"].startswith("/") else ""
    socket = f"?host={at['HOST']}" if at["HOST"].startswith("/") else ""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": f"postgres://{at['USER']}:{at['PASSWORD']}@{where}/{at['NAME']}{socket}",
        "REDIS_URL": django_settings.REDIS_URL,
        "MEDIA_ROOT": str(django_settings.MEDIA_ROOT),
        "IMPORT_BATCH_ROWS": str(CHUNK_ROWS),
        "IMPORT_PROCESSES": "1",
        "DEBUG": "True",
        "MAKEGOOD_FAIL_AT": dies_at,
    }


@pytest.fixture
def start(tmp_path) -> Iterator[Callable[..., Worker]]:
    """Starts workers; tasks go through Redis while this is in use, and no worker outlives it."""
    was_eager = app.conf.task_always_eager
    app.conf.task_always_eager = False
    app.control.purge()
    started: list[Worker] = []

    def _start(name: str, **how: Any) -> Worker:
        started.append(Worker(tmp_path / f"{name}.log", **how))
        return started[-1]

    try:
        yield _start
    finally:
        for worker in started:
            worker.end()
        app.control.purge()
        app.conf.task_always_eager = was_eager


@pytest.fixture
def books(settings, tmp_path):
    """A portfolio with seventy loans and no repayment yet."""
    settings.MEDIA_ROOT = tmp_path / "media"
    portfolio = build_portfolio(
        code="af-cn", ledger="external", country="CN", business_date=date(2025, 6, 30)
    )
    build_product(portfolio)
    write_portfolio_files(tmp_path, COUNT)
    for kind in KINDS[:-1]:
        assert not bring_in(portfolio, kind, tmp_path / f"{kind}.csv").is_refused
    return portfolio


def wait_until(condition: Callable[[], bool], said: str, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"{said}\n{log.read_text()[-3_000:]}"
        time.sleep(0.1)


def upload(client, portfolio) -> ImportBatch:
    """Brings the file by its page and answers the page of columns as it stands."""
    content = csv_bytes(REPAYMENT_HEADERS, repayment_rows(COUNT))
    file = SimpleUploadedFile("payments.csv", content)
    chosen = {"portfolio": portfolio.pk, "kind": "repayments", "file": file}
    assert client.post(reverse("imports:upload"), chosen).status_code == 303
    batch = ImportBatch.objects.get(kind="repayments")
    columns = reverse("imports:columns", args=[batch.pk])
    page = client.get(columns)
    fields = {field.name: field.value() for _column, field in page.context["columns"]}
    answer = {"date_order": "ymd", "encoding": ""} | fields
    assert client.post(columns, answer).status_code == 303
    return batch


def test_killed_in_the_middle_the_sweep_gives_the_rest_to_another(client, books, start, tmp_path):
    client.force_login(
        User.objects.create_user("ada@example.com", full_name="Ada", role=Role.ADMINISTRATOR)
    )
    batch = upload(client, books)

    def stands(state: str) -> bool:
        batch.refresh_from_db()
        return batch.state == state

    first = start("first", dies_at="import.after_batch:2")
    wait_until(lambda: stands(ImportState.CHECKED), "not checked", tmp_path / "first.log")
    assert not Repayment.objects.exists()
    load = reverse("imports:load", args=[batch.pk])
    assert client.post(load, {"mode": "all_or_nothing"}).status_code == 303
    wait_until(lambda: first.process.poll() is not None, "alive", tmp_path / "first.log")

    assert first.process.returncode == -signal.SIGKILL
    assert stands(ImportState.LOADING)
    assert batch.errand == Errand.LOAD
    loaded = Repayment.objects.count()
    assert 0 < loaded == batch.done_count < ROWS

    start("second")
    wait_until(lambda: errands_waiting() == [batch.pk], "still held", tmp_path / "second.log")
    sweep_imports.apply_async()
    wait_until(lambda: stands(ImportState.LOADED), "not loaded", tmp_path / "second.log")
    wait_until(lambda: not errands_waiting(), "still asked for", tmp_path / "second.log")
    nothing_happens_when_the_lost_message_comes_again(batch, tmp_path / "second.log")

    references = Repayment.objects.values_list("loan", "external_ref")
    assert references.count() == references.distinct().count() == ROWS
    assert (batch.created_count, batch.done_count, batch.fault_count) == (ROWS, ROWS, 0)
    assert not StagedRow.objects.exists()
    assert AuditEntry.objects.filter(action="import.finish", object_id=str(batch.pk)).count() == 1
    assert verify_portfolio(portfolio=books) == []


def nothing_happens_when_the_lost_message_comes_again(batch: ImportBatch, log: Path) -> None:
    """Redis delivers once more what a dead worker never confirmed; a heartbeat behind it ends
    the wait, because a worker of one process takes its tasks in their order."""
    before = ImportBatch.objects.filter(pk=batch.pk).values().get()
    send(batch.pk)
    beat_heart.apply_async()
    wait_until(Heartbeat.objects.exists, "no heartbeat", log)
    assert ImportBatch.objects.filter(pk=batch.pk).values().get() == before

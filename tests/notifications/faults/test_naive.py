"""The harness sees a message lost and a message doubled, where they are."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from django.db import connection
from psycopg2.extras import execute_values

from core.ids import uuid7
from tests.notifications.faults import naive
from tests.notifications.faults.harness import FAULTS, Run, a_run, figures_of, report
from tests.notifications.faults.oracle import Finding, Row, compare
from tests.notifications.faults.workers import Beat, wait_for
from tests.notifications.faulty_provider import taken

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]
HERE = "tests.notifications.faults.naive"


@pytest.fixture
def table() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(naive.DROP)
        cursor.execute(naive.MAKE)
    yield
    with connection.cursor() as cursor:
        cursor.execute(naive.DROP)


def owe(count: int) -> list[tuple[str, str]]:
    rows = [(uuid7().hex, f"+1212{3_000_000 + number}") for number in range(count)]
    with connection.cursor() as cursor:
        execute_values(
            cursor.cursor, "INSERT INTO naive_message (reference, number) VALUES %s", rows
        )
    return rows


def kill_at(run: Run, counts: list[int]) -> None:
    for count in counts:
        reached = wait_for(lambda least=count: run.sent_count() >= least, seconds=60, every=0.05)
        assert reached, "no worker sends"
        run.kill(run.workers[0])
        run.start(also=HERE)


def rows_of(owed: list[tuple[str, str]], *, believed: bool) -> list[Row]:
    if believed:
        return [Row(reference, "accepted") for reference, _number in owed]
    with connection.cursor() as cursor:
        cursor.execute("SELECT reference, state FROM naive_message")
        return [Row(*row) for row in cursor.fetchall()]


def told(run: Run, name: str, rows: list[Row], begun: float) -> Finding:
    found = compare(rows, taken(run.folder / "provider.log"))
    report(name, figures_of(run, found, begun))
    return found


def test_a_celery_task_for_each_message_loses_some(tmp_path, table):
    begun = time.monotonic()
    with a_run(tmp_path, seed="plain", people=1) as run:
        owed = owe(400)
        for reference, number in owed:
            naive.send_plainly.apply_async((reference, number, run.url))
        run.start(also=HERE)
        kill_at(run, [20, 60])
        wait_for(lambda: run.sent_count() >= len(owed) - 4, seconds=30)
        time.sleep(1)
        found = told(run, "naive-plain", rows_of(owed, believed=True), begun)

    assert found.lost


def test_sending_again_what_did_not_answer_doubles_some(tmp_path, table):
    begun = time.monotonic()
    with a_run(tmp_path, seed="blind", people=1, faults=FAULTS) as run:
        owed = owe(400)
        with Beat(instead=lambda: naive.send_blindly.apply_async((run.url,), retry=False)):
            run.start(also=HERE)
            kill_at(run, [20, 60])
            done = "SELECT count(*) FROM naive_message WHERE state <> 'accepted'"
            wait_for(lambda: not _count(done), seconds=60)
        found = told(run, "naive-blind", rows_of(owed, believed=False), begun)

    assert found.doubled


def _count(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])

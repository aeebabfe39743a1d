"""The floors of the outbox: its rows written by bare statements, and tasks that do nothing.

Planning: the same messages, their loans and events, inserted by one statement each into copies of
the tables with all their indexes, checks and foreign keys. Nobody is chosen or left out.

Sending: as many Celery tasks as there were messages, put into Redis and taken by one worker with
as many processes. Each does nothing: no check, no row, no call, and nobody would notice a lost one.
"""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Final

import redis
from celery import shared_task
from django.conf import settings
from psycopg2.extensions import connection as Connection

from benchmarks.closing_floor import foreign_keys
from benchmarks.stage import Stage
from config.celery import app

WRITTEN: Final = (
    "notifications_message",
    "notifications_messageloan",
    "notifications_messageevent",
)
QUEUE: Final = "bench"
_PATIENCE_SECONDS = 120


@shared_task
def nothing() -> None:
    """Is delivered, and that is all."""


def copy_tables(connection: Connection) -> None:
    """Makes empty copies of the tables with all that makes a write cost what it costs."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS floor CASCADE; CREATE SCHEMA floor")
        for table in WRITTEN:
            cursor.execute(f"CREATE TABLE floor.{table} (LIKE {table} INCLUDING ALL)")
        for table in WRITTEN:
            for name, definition in foreign_keys(connection, table):
                own = definition.replace(
                    "REFERENCES notifications_message(", "REFERENCES floor.notifications_message("
                )
                cursor.execute(f'ALTER TABLE floor.{table} ADD CONSTRAINT "{name}" {own}')


def write_again(connection: Connection) -> float:
    """Writes the planned rows again; returns the seconds."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        begun = time.monotonic()
        cursor.execute("BEGIN")
        for table in WRITTEN:
            cursor.execute(f"INSERT INTO floor.{table} SELECT * FROM {table}")
        cursor.execute("COMMIT")
        return time.monotonic() - begun


def deliver_nothing(stage: Stage, count: int, processes: int) -> float:
    """Puts so many empty tasks into the broker and has a worker take them; returns the seconds."""
    broker = redis.Redis.from_url(settings.REDIS_URL)
    command = [
        *(sys.executable, "-m", "celery", "-A", "config", "worker", "-Q", QUEUE),
        *("--concurrency", str(processes), "-I", __name__, "--loglevel", "ERROR"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]
    was_eager, app.conf.task_always_eager = app.conf.task_always_eager, False
    try:
        with subprocess.Popen(command, env=stage.environment()) as worker:  # noqa: S603
            try:
                _deliver(broker, 10)  # warm: the worker is there
                begun = time.monotonic()
                _deliver(broker, count)
                return time.monotonic() - begun
            finally:
                worker.terminate()
    finally:
        app.conf.task_always_eager = was_eager


def _deliver(broker: redis.Redis, count: int) -> None:
    for _ in range(count):
        nothing.apply_async(queue=QUEUE)
    until = time.monotonic() + _PATIENCE_SECONDS + count / 100
    while broker.llen(QUEUE) or broker.hlen("unacked"):
        if time.monotonic() > until:
            raise TimeoutError("The empty tasks were not taken.")
        time.sleep(0.02)

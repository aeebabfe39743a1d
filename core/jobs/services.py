"""Steps that run once: resumed after a crash, skipped when done, recorded either way."""

from __future__ import annotations

import json
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from core import clock
from core.jobs.failpoints import failpoint
from core.jobs.models import Heartbeat, JobRun, LastRun
from core.jobs.repeatable import commit_without_waiting
from core.locks import Lock, LockBusy, advisory_lock

_KEY = ("name", "scope", "business_date", "shard")
_ERROR_LENGTH = 10_000
_LAST_ERROR_LENGTH = 500
#: A process that died is shown as not seen for so long; then it is no more than an old name.
_FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(slots=True)
class Step:
    """What the body of a step works with: whether there is anything to do, and its counts."""

    already_done: bool
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, what: str, number: int = 1) -> None:
        """Adds to one of the step's counts."""
        self.counts[what] = self.counts.get(what, 0) + number


@contextmanager
def run_step(
    *,
    name: str,
    scope: str = "",
    business_date: date | None = None,
    shard: int = 0,
    wait: bool = True,
) -> Iterator[Step]:
    """Runs the body once for (name, scope, business date, shard), in one transaction.

    The body checks `step.already_done` first and then does nothing. What it writes and the
    word that it is done are committed together, so a process killed anywhere has done nothing,
    and the next run does it all. Two runners: the second waits and finds it done, or with
    wait=False raises `LockBusy`. An error undoes the writing, is kept in the `JobRun` row and
    raised on.
    """
    key: dict[str, Any] = {
        "name": name,
        "scope": scope,
        "business_date": business_date,
        "shard": shard,
    }
    _mark_started(key)
    try:
        with transaction.atomic():
            if not advisory_lock(Lock.JOB_STEP, step_lock_key(**key), wait=wait):
                raise LockBusy(f"Step {name} of {scope or 'the installation'} is running already.")
            run, state, counts = _lock_run(key)
            if state == JobRun.State.DONE:
                yield Step(already_done=True, counts=counts)
                return
            step = Step(already_done=False)
            yield step
            _mark_done(run, step.counts)
            failpoint(f"{name}.before_commit")
        failpoint(f"{name}.after_commit")
    except LockBusy:
        raise
    except Exception:
        _mark_failed(key, traceback.format_exc(limit=-20)[-_ERROR_LENGTH:])
        raise


# A close runs through here a dozen times: statements of fixed text, which nobody has to build.
def _lock_run(key: Mapping[str, Any]) -> tuple[int, str, dict[str, int]]:
    """Locks the row of a step; returns its key, its state and what it counted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, state, counts FROM core_jobrun WHERE name = %s AND scope = %s"
            " AND business_date IS NOT DISTINCT FROM %s AND shard = %s FOR UPDATE",
            [key[name] for name in _KEY],
        )
        run, state, counts = cursor.fetchone()
    return run, state, json.loads(counts)


def _mark_done(run: int, counts: Mapping[str, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_jobrun SET state = %s, finished_at = %s, counts = %s, error = ''"
            " WHERE id = %s",
            [JobRun.State.DONE.value, clock.now(), json.dumps(dict(counts)), run],
        )


def step_lock_key(*, name: str, scope: str, business_date: date | None, shard: int) -> str:
    """Returns what a running step locks (Lock.JOB_STEP): whoever runs it holds this key."""
    return f"{name}|{scope}|{business_date}|{shard}"


def _mark_started(key: Mapping[str, Any]) -> None:
    """Shows the run as running, unless it is done; a row left by a crash is taken over.

    Nobody waits for the disk: a server that loses this has lost nothing that was done, and what
    the step then writes is on the disk no sooner than this.
    """
    is_own = not connection.in_atomic_block
    with transaction.atomic():
        if is_own:
            commit_without_waiting()
        if _insert_started(key):
            return
        # A runner that holds the row is at work on it: nothing to show that is not shown.
        locked = JobRun.objects.select_for_update(skip_locked=True).filter(**key).first()
        if locked is None or locked.state == JobRun.State.DONE:
            return
        locked.state, locked.started_at = JobRun.State.RUNNING, clock.now()
        locked.finished_at = None
        locked.attempt_count += 1
        locked.save(update_fields=["state", "started_at", "finished_at", "attempt_count"])


def _insert_started(key: Mapping[str, Any]) -> bool:
    """Makes the row of a step that never ran, in one statement; False where there is one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_jobrun (name, scope, business_date, shard, state, attempt_count,"
            " started_at, counts, error) VALUES (%s, %s, %s, %s, %s, 1, %s, '{}', '')"
            " ON CONFLICT DO NOTHING",
            [*(key[name] for name in _KEY), JobRun.State.RUNNING.value, clock.now()],
        )
        return bool(cursor.rowcount)


def _mark_failed(key: Mapping[str, Any], error: str) -> None:
    with transaction.atomic():
        JobRun.objects.filter(**key).exclude(state=JobRun.State.DONE).update(
            state=JobRun.State.FAILED, finished_at=clock.now(), error=error
        )


def record_heartbeat(*, name: str, kind: str) -> None:
    """Notes that a process is alive now, and forgets those of its kind that died long ago.

    A container that is started anew has a new name; the old ones would never go.
    """
    now = clock.now()
    Heartbeat.objects.update_or_create(name=name, defaults={"kind": kind, "seen_at": now})
    Heartbeat.objects.filter(kind=kind, seen_at__lt=now - _FORGOTTEN_AFTER).delete()


def seen_within(*, kind: str, age: timedelta) -> bool:
    """Says whether any process of this kind was seen alive within the age."""
    return Heartbeat.objects.filter(kind=kind, seen_at__gte=clock.now() - age).exists()


def record_last_run(*, task: str, took: timedelta, error: str = "") -> None:
    """Notes that a task of the schedule ended now; `error` says why it failed, empty if it did not.

    Only the newest run of each task is kept: what a task did stands where it did it.
    """
    LastRun.objects.update_or_create(
        task=task,
        defaults={
            "finished_at": clock.now(),
            "took_milliseconds": round(took.total_seconds() * 1_000),
            "has_failed": bool(error),
            "error": error[:_LAST_ERROR_LENGTH],
        },
    )

"""Loads checked rows: each chunk in one transaction that also takes its rows out of staging."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from django.db import transaction
from django.db.models import F

from core import clock
from core.audit import Actor, record
from core.jobs.failpoints import failpoint
from core.jobs.processes import share_among
from core.jobs.repeatable import commit_without_waiting
from core.locks import Lock, session_lock
from loans.imports.kinds.kind import Context, Counts, Kind
from loans.imports.models import ImportBatch, ImportState
from loans.imports.staging import Part, Stage
from loans.portfolios.services import set_watermark

Progress = Callable[[ImportBatch], None]
_COUNTED = ("done_count", "created_count", "updated_count", "unchanged_count")


def load_rows(
    *,
    batch: ImportBatch,
    kind: Kind,
    context: Context,
    stage: Stage,
    chunk_rows: int,
    by: Actor,
    progress: Progress,
    processes: int = 1,
) -> ImportBatch:
    """Loads what is left of a checked file, shared among processes, and closes the batch.

    Killed anywhere, the next run goes on with the rows still staged: what a chunk wrote and what
    it took out of staging are committed together.
    """
    started, done_before = time.monotonic(), batch.done_count
    parts = stage.parts(processes)

    def work(share: int, of: int) -> None:
        part = parts[share] if of == len(parts) else Part()
        while behind := _load_chunk(batch, kind, context, stage, part, chunk_rows, by):
            part = behind
            if share == 0:  # counts of all of them, told by one
                seconds = max(time.monotonic() - started, 0.001)
                batch.rows_per_second = round((batch.done_count - done_before) / seconds)
                batch.save(update_fields=["rows_per_second"])
                progress(batch)
            failpoint("import.after_batch")

    with holding_customers(context, kind, processes) as context:
        share_among(processes, work)
    batch.refresh_from_db(fields=_COUNTED)
    failpoint("import.before_finish")
    _finish(batch, kind, stage, by)
    failpoint("import.after_finish")
    return batch


@contextmanager
def holding_customers(context: Context, kind: Kind, processes: int) -> Iterator[Context]:
    """Keeps other imports off the customer numbers while processes part them among themselves.

    Whoever registers a single customer still waits for the chunks at work, no longer.
    """
    if processes == 1 or kind.group_column != "customer_no":
        yield context
        return
    namespace = context.portfolio.customer_namespace
    with session_lock(Lock.PERSON, f"import into {namespace}"):
        yield replace(context, are_customers_parted=True)


@transaction.atomic
def _load_chunk(
    batch: ImportBatch,
    kind: Kind,
    context: Context,
    stage: Stage,
    part: Part,
    chunk_rows: int,
    by: Actor,
) -> Part | None:
    """Loads the next whole groups of a part; returns the part behind them, None where none are."""
    commit_without_waiting()  # lost, its rows are in staging again; `_finish` waits for all
    stretch = stage.stretch(part, limit=chunk_rows)
    if stretch is None:
        return None
    counts = kind.load_part(context, stretch) if kind.load_part else Counts()
    chunk = stage.take_all(stretch)
    row_count = counts.total + chunk.row_count
    if chunk.groups:
        counts += kind.load(context, chunk.groups)
    failpoint("import.inside_batch")
    # Added up in the database, and last: the processes wait for each other only here.
    ImportBatch.objects.filter(pk=batch.pk).update(
        done_count=F("done_count") + row_count,
        created_count=F("created_count") + counts.created,
        updated_count=F("updated_count") + counts.updated,
        unchanged_count=F("unchanged_count") + counts.unchanged,
    )
    batch.refresh_from_db(fields=_COUNTED)
    if row_count:
        record(
            action="import.load_rows",
            by=by,
            object_type="loans.ImportBatch",
            object_id=batch.pk,
            portfolio_id=batch.portfolio_id,
            data={"kind": kind.code, "done": batch.done_count},
            count=row_count,
        )
    return Part(stretch.through or "", part.through)


@transaction.atomic
def _finish(batch: ImportBatch, kind: Kind, stage: Stage, by: Actor) -> None:
    """Closes the batch, moves the watermarks and throws the staged rows away, all at once."""
    batch.state = ImportState.LOADED
    batch.finished_at = clock.now()
    batch.save(update_fields=["state", "finished_at"])
    if batch.through_on is not None:
        for feed in kind.feeds or (kind.code,):
            set_watermark(portfolio=batch.portfolio, feed=feed, through_on=batch.through_on, by=by)
    stage.clear()
    record(
        action="import.finish",
        by=by,
        object_type="loans.ImportBatch",
        object_id=batch.pk,
        portfolio_id=batch.portfolio_id,
        data={
            "kind": kind.code,
            "sha256": batch.sha256,
            "rows": batch.row_count,
            "bad": batch.bad_count,
            "created": batch.created_count,
            "updated": batch.updated_count,
            "unchanged": batch.unchanged_count,
            "totals": batch.totals,
        },
    )

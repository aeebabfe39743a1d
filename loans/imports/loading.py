"""Loads checked rows: each chunk in one transaction that also moves the cursor."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import transaction

from core import clock
from core.audit import Actor, record
from core.jobs.failpoints import failpoint
from loans.imports.kinds.kind import Context, Kind
from loans.imports.models import ImportBatch, ImportState
from loans.imports.staging import Stage
from loans.portfolios.services import set_watermark

Progress = Callable[[ImportBatch], None]


def load_rows(
    *,
    batch: ImportBatch,
    kind: Kind,
    context: Context,
    stage: Stage,
    chunk_rows: int,
    by: Actor,
    progress: Progress,
) -> ImportBatch:
    """Loads what is left of a checked file, from the batch's cursor on, and closes the batch.

    Killed anywhere, the next run goes on behind the last committed chunk: what a chunk wrote and
    where the cursor stands are committed together.
    """
    started, done_before = time.monotonic(), batch.done_count
    while True:
        is_more = _load_chunk(batch, kind, context, stage, chunk_rows, by)
        seconds = time.monotonic() - started
        if not is_more:
            break
        batch.rows_per_second = round((batch.done_count - done_before) / max(seconds, 0.001))
        batch.save(update_fields=["rows_per_second"])
        progress(batch)
        failpoint("import.after_batch")
    failpoint("import.before_finish")
    _finish(batch, kind, stage, by)
    failpoint("import.after_finish")
    return batch


@transaction.atomic
def _load_chunk(
    batch: ImportBatch, kind: Kind, context: Context, stage: Stage, chunk_rows: int, by: Actor
) -> bool:
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    chunk = stage.chunk_after(locked.cursor, limit=chunk_rows)
    if chunk is None:
        return False
    counts = kind.load(context, chunk.groups) if chunk.groups else None
    failpoint("import.inside_batch")
    batch.cursor = chunk.last_key
    batch.done_count = locked.done_count + chunk.row_count
    if counts is not None:
        batch.created_count = locked.created_count + counts.created
        batch.updated_count = locked.updated_count + counts.updated
        batch.unchanged_count = locked.unchanged_count + counts.unchanged
    batch.save(
        update_fields=[
            "cursor",
            "done_count",
            "created_count",
            "updated_count",
            "unchanged_count",
        ]
    )
    if chunk.row_count:
        record(
            action="import.load_rows",
            by=by,
            object_type="loans.ImportBatch",
            object_id=batch.pk,
            portfolio_id=batch.portfolio_id,
            data={"kind": kind.code, "done": batch.done_count},
            count=chunk.row_count,
        )
    return True


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

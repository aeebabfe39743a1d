"""The head of an import's page: how far it is, what it waits for, what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from loans.imports.models import Errand, ImportBatch, ImportState
from loans.imports.presentation import kind_name, two_sentences

_RUNNING = frozenset({ImportState.STAGED, ImportState.LOADING})


@dataclass(frozen=True, slots=True)
class BatchHead:
    """The import whose page it is."""

    file_name: str
    kind_name: str
    portfolio: str
    by: str
    created_at: Any
    sha256: str
    is_written: bool
    is_running: bool
    refresh_href: str
    progress_text: str
    progress_percent: int | None
    error: str
    remedy: str
    state: str = ""
    waits_for: str = ""
    is_worker_alive: bool = True
    time_left: str = ""
    batch_text: str = ""


def batch_head(
    batch: ImportBatch, *, rows_read: int = 0, is_worker_alive: bool = True
) -> BatchHead:
    """Returns what stands at the head of an import's page.

    Arguments: rows_read so far, while a file is being read; whether a worker was seen lately.
    """
    reason, remedy = two_sentences(batch.refusal or _fault_text(batch))
    is_loading = batch.state == ImportState.LOADING
    return BatchHead(
        file_name=batch.file_name,
        kind_name=kind_name(batch.kind),
        portfolio=batch.portfolio.name,
        by=batch.created_by,
        created_at=batch.created_at,
        sha256=batch.sha256,
        is_written=bool(batch.done_count),
        is_running=batch.state in _RUNNING or bool(batch.errand),
        refresh_href=reverse("imports:progress", args=[batch.pk]),
        progress_text=_progress_text(batch, rows_read),
        progress_percent=batch.percent_done if is_loading else None,
        error=reason,
        remedy=remedy,
        state=batch.state,
        waits_for=_waits_for(batch),
        is_worker_alive=is_worker_alive or not batch.errand,
        time_left=_time_left(batch),
        batch_text=_batch_text(batch) if is_loading else "",
    )


def _progress_text(batch: ImportBatch, rows_read: int) -> str:
    if batch.errand == Errand.UNDO:
        return str(_("The import is being undone"))
    if batch.state == ImportState.LOADING:
        done, good = f"{batch.done_count:,}", f"{batch.good_count:,}"
        return _("%(done)s of %(good)s rows") % {"done": done, "good": good}
    if rows_read:
        return _("%(count)s rows read") % {"count": f"{rows_read:,}"}
    return str(_("Waiting for a worker"))


def _waits_for(batch: ImportBatch) -> str:
    names = {
        Errand.CHECK: _("to be checked"),
        Errand.LOAD: _("to be loaded"),
        Errand.UNDO: _("to be undone"),
    }
    return str(names[Errand(batch.errand)]) if batch.errand else ""


def _time_left(batch: ImportBatch) -> str:
    left = batch.seconds_left
    if left is None:
        return ""
    if left < 60:
        return _("%(seconds)d s left") % {"seconds": left}
    return _("%(minutes)d min left") % {"minutes": -(-left // 60)}


def _batch_text(batch: ImportBatch) -> str:
    size = settings.IMPORT_BATCH_ROWS
    parts = {"done": -(-batch.done_count // size), "all": -(-batch.good_count // size)}
    return _("batch %(done)s of %(all)s committed") % parts


def _fault_text(batch: ImportBatch) -> str:
    """What went wrong with the last thing asked: a refusal in its own words, or a fault of ours."""
    if not batch.fault:
        return ""
    if not batch.fault_count:
        return batch.fault
    if batch.errand:
        return _("A worker failed at this (%(fault)s). It is tried again by itself.") % {
            "fault": batch.fault
        }
    return _(
        "The workers failed at this several times (%(fault)s). Try again, or tell whoever runs "
        "the system."
    ) % {"fault": batch.fault}

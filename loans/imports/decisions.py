"""What may be decided about an import, and how it ended: ready to show (docs/pages.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loans.imports.errands import OPEN_STATES
from loans.imports.models import ImportBatch, ImportState
from loans.imports.undo import UNDO_WITHIN, UNDOABLE, UndoPreview


@dataclass(frozen=True, slots=True)
class Actions:
    """What a person may do with an import now; an empty address hides it."""

    columns_href: str = ""
    again_href: str = ""
    discard_href: str = ""
    undo_href: str = ""
    undo_until: Any = None
    bad_rows_href: str = ""
    bad_rows_csv_href: str = ""


def actions(batch: ImportBatch, *, can_run: bool) -> Actions:
    """Returns what may be done with an import by somebody who may import, or may not."""
    if not can_run:
        return Actions()
    is_idle = not batch.errand
    is_open = is_idle and batch.state in OPEN_STATES
    has_failed = is_idle and bool(batch.fault_count) and batch.state != ImportState.LOADED
    until = batch.finished_at + UNDO_WITHIN if batch.finished_at else None
    is_undoable = is_idle and batch.state == ImportState.LOADED and batch.kind in UNDOABLE
    has_bad_rows = bool(batch.bad_count) and batch.stored_file_id is not None

    def address(name: str, is_wanted: bool, *more: str) -> str:
        return reverse(f"imports:{name}", args=[batch.pk, *more]) if is_wanted else ""

    return Actions(
        columns_href=address("columns", is_open and batch.stored_file_id is not None),
        again_href=address("again", has_failed),
        discard_href=address("discard", is_open),
        undo_href=address("undo", is_undoable),
        undo_until=until,
        bad_rows_href=address("bad_rows", has_bad_rows, "xlsx"),
        bad_rows_csv_href=address("bad_rows", has_bad_rows, "csv"),
    )


def outcome(batch: ImportBatch) -> str:
    """Returns one sentence on how an import ended; empty while it has not."""
    if batch.state == ImportState.UNDONE:
        return _("Undone by %(name)s: %(reason)s") % {
            "name": batch.undone_by,
            "reason": batch.undo_reason,
        }
    if batch.state == ImportState.DISCARDED:
        return str(_("Discarded; nothing was loaded."))
    return ""


@dataclass(frozen=True, slots=True)
class UndoLines:
    """What undoing would do, and what stands against it."""

    lines: tuple[str, ...]
    refusal: str
    touches: tuple[Any, ...]
    until: Any
    is_possible: bool


def undo_lines(preview: UndoPreview) -> UndoLines:
    """Returns a preview in sentences."""
    lines = []
    if preview.loans_withdrawn:
        count = preview.loans_withdrawn
        lines.append(
            ngettext(
                "%(count)s loan leaves the books; its open case ends.",
                "%(count)s loans leave the books; their open cases end.",
                count,
            )
            % {"count": f"{count:,}"}
        )
    for name, count in preview.facts.items():
        lines.append(
            _("%(count)s entries are taken back: %(name)s") % {"count": f"{count:,}", "name": name}
        )
    if preview.loans_recounted:
        count = preview.loans_recounted
        lines.append(
            ngettext("%(count)s loan is counted anew.", "%(count)s loans are counted anew.", count)
            % {"count": f"{count:,}"}
        )
    return UndoLines(
        lines=tuple(lines),
        refusal=str(preview.refusal),
        touches=preview.touches,
        until=preview.until,
        is_possible=preview.is_possible,
    )

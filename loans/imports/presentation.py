"""What the pages of imports are given: texts and marks, ready to show (docs/pages.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core.money import format_money
from core.pages.parts import Tab
from loans.imports.kinds import all_kinds
from loans.imports.models import ImportBatch, ImportState, RowError
from loans.imports.reason_names import reason_name
from loans.imports.sample import SampleColumn

#: The mark each state is shown with; its word is always beside it.
MARKS = {
    ImportState.UPLOADED: "waiting",
    ImportState.DISCARDED: "waiting",
    ImportState.STAGED: "running",
    ImportState.CHECKED: "waiting",
    ImportState.REFUSED: "failed",
    ImportState.LOADING: "running",
    ImportState.LOADED: "done",
    ImportState.UNDONE: "uncertain",
}
STAGES = (
    gettext_lazy("File"),
    gettext_lazy("Columns"),
    gettext_lazy("Check"),
    gettext_lazy("Load"),
)
_MEGABYTE = Decimal(1024 * 1024)


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One import in the list."""

    href: str
    file_name: str
    kind_name: str
    portfolio: str
    state: str
    state_name: str
    row_count: str
    new_count: str | None
    updated_count: str | None
    refused_count: str | None
    created_at: Any
    by: str


@dataclass(frozen=True, slots=True)
class Stage:
    name: str
    note: str
    state: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    value: str
    state: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class ControlTotal:
    label: str
    read: str
    stated: str | None = None
    agrees: bool = True
    difference: str = ""


@dataclass(frozen=True, slots=True)
class ErrorLine:
    row: str
    column: str
    lang: str
    value: str
    reason: str
    remedy: str
    value_lang: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class MappedColumn:
    heading: str
    lang: str
    field: str


def kind_name(code: str) -> str:
    """Returns the name of a kind; a kind that is gone shows its code."""
    kind = all_kinds().get(code)
    return str(kind.label) if kind else code


def lang_of(text: str) -> str:
    """Returns the language mark of a text from a file: Chinese characters are marked."""
    return "zh-Hans" if any("\u3400" <= char <= "\u9fff" for char in text) else ""


def batch_line(batch: ImportBatch) -> BatchLine:
    """Returns one line of the list."""
    is_counted = batch.state in {ImportState.LOADED, ImportState.LOADING}
    return BatchLine(
        href=reverse("imports:detail", args=[batch.pk]),
        file_name=batch.file_name,
        kind_name=kind_name(batch.kind),
        portfolio=batch.portfolio.name,
        state=MARKS[ImportState(batch.state)],
        state_name=batch.get_state_display(),
        row_count=f"{batch.row_count:,}",
        new_count=f"{batch.created_count:,}" if is_counted else None,
        updated_count=f"{batch.updated_count:,}" if is_counted else None,
        refused_count=f"{batch.bad_count:,}" if batch.bad_count else None,
        created_at=batch.created_at,
        by=batch.created_by,
    )


def two_sentences(text: str) -> tuple[str, str]:
    """Splits what is wrong from what to do: the first sentence and the rest."""
    for end in (". ", "。"):
        first, found, rest = text.partition(end)
        if found:
            return first + end.strip(), rest
    return text, ""


def stages(batch: ImportBatch) -> list[Stage]:
    """Returns how far an import is: file kept, columns known, rows checked, rows loaded."""
    is_read = bool(batch.row_count)
    checking = "running" if batch.errand else "waiting"
    states = {
        ImportState.UPLOADED: ("done", "done" if batch.errand else "running", checking, "waiting"),
        ImportState.STAGED: ("done", "done", "running", "waiting"),
        ImportState.CHECKED: ("done", "done", "done", "running"),
        ImportState.REFUSED: ("done", "done" if is_read else "failed", "failed", "waiting"),
        ImportState.LOADING: ("done", "done", "done", "running"),
        ImportState.LOADED: ("done", "done", "done", "done"),
        ImportState.UNDONE: ("done", "done", "done", "uncertain"),
        ImportState.DISCARDED: ("done", "waiting", "waiting", "waiting"),
    }[ImportState(batch.state)]
    taken = len(batch.reading.get("columns", {}))
    every = taken + len(batch.reading.get("ignored", []))
    notes = (
        _("%(count)s rows") % {"count": f"{batch.row_count:,}"} if batch.row_count else "",
        _("%(taken)s of %(every)s taken") % {"taken": taken, "every": every} if taken else "",
        _("%(count)s with errors") % {"count": f"{batch.bad_count:,}"} if batch.bad_count else "",
        _("%(rate)s rows a second") % {"rate": f"{batch.rows_per_second:,}"}
        if batch.rows_per_second
        else "",
    )
    current = next((at for at, state in enumerate(states) if state in {"running", "failed"}), -1)
    return [
        Stage(str(name), note, state, at == current)
        for at, (name, note, state) in enumerate(zip(STAGES, notes, states, strict=True))
    ]


def figures(batch: ImportBatch) -> list[Figure]:
    """Returns what loading has done so far."""
    if not batch.row_count:
        return []
    if batch.state in {ImportState.CHECKED, ImportState.REFUSED, ImportState.STAGED}:
        return _checked_figures(batch)
    return [
        Figure(_("new"), f"{batch.created_count:,}", "allowed", "success"),
        Figure(_("updated"), f"{batch.updated_count:,}", "running", "info"),
        Figure(_("already known"), f"{batch.unchanged_count:,}"),
        Figure(_("with errors"), f"{batch.bad_count:,}", "stopped", "danger"),
    ]


def _checked_figures(batch: ImportBatch) -> list[Figure]:
    """Returns what a check found: what loading would do, as far as the kind can say."""
    shown = [Figure(_("with errors"), f"{batch.bad_count:,}", "stopped", "danger")]
    if batch.new_expected is None:
        return [Figure(_("good"), f"{batch.good_count:,}", "allowed", "success"), *shown]
    known = batch.good_count - batch.new_expected
    return [
        Figure(_("new"), f"{batch.new_expected:,}", "allowed", "success"),
        Figure(_("already here, updated where they differ"), f"{known:,}", "running", "info"),
        *shown,
    ]


def reason_tabs(batch: ImportBatch, counts: Sequence[tuple[str, int]], chosen: str) -> list[Tab]:
    """Returns the reasons of the errors as tabs, the commonest first."""
    here = reverse("imports:detail", args=[batch.pk])
    total = sum(count for _code, count in counts)
    tabs = [Tab(_("All"), f"{here}#refused", not chosen, total)]
    for code, count in counts:
        href = f"{here}?reason={code}#refused"
        tabs.append(Tab(reason_name(code), href, code == chosen, count))
    return tabs


def control_totals(batch: ImportBatch, language: str) -> list[ControlTotal]:
    """Returns rows and sums as read."""
    if not batch.row_count:
        return []
    kind = all_kinds().get(batch.kind)
    currency = batch.portfolio.currency
    totals = [ControlTotal(_("Rows"), f"{batch.row_count:,}")]
    for name, total in batch.totals.items():
        label = str(kind.column(name).label) if kind else name
        totals.append(ControlTotal(label, format_money(Decimal(total), currency, language)))
    return totals


def error_lines(errors: Sequence[RowError]) -> list[ErrorLine]:
    """Returns the errors as the page lists them."""
    lines = []
    for error in errors:
        reason, remedy = two_sentences(error.remedy)
        lines.append(
            ErrorLine(
                row=f"{error.row_no:,}",
                column=error.column,
                lang=lang_of(error.column),
                value=error.value,
                reason=reason,
                remedy=remedy,
                value_lang=lang_of(error.value),
            )
        )
    return lines


def facts(batch: ImportBatch) -> list[Fact]:
    """Returns how the file was read."""
    known = [Fact(_("Size"), _shown_size(batch.size))]
    for name, label in (
        ("encoding", _("Encoding")),
        ("delimiter", _("Delimiter")),
        ("sheet", _("Sheet")),
        ("header_row", _("Header in row")),
    ):
        if value := batch.reading.get(name):
            known.append(Fact(label, str(value), lang_of(str(value))))
    if batch.through_on:
        known.append(Fact(_("Complete through"), f"{batch.through_on:%Y-%m-%d}"))
    return known


def _shown_size(size: int) -> str:
    if size < _MEGABYTE:
        return f"{max(size // 1024, 1):,} kB"
    return f"{Decimal(size) / _MEGABYTE:.1f} MB"


def columns(batch: ImportBatch) -> list[MappedColumn]:
    """Returns which header was taken for which column, and which were left out."""
    kind = all_kinds().get(batch.kind)
    labels = {column.name: str(column.label) for column in (kind.columns if kind else ())}
    taken = [
        MappedColumn(title, lang_of(title), labels.get(name, name))
        for name, title in batch.reading.get("columns", {}).items()
    ]
    left = [MappedColumn(title, lang_of(title), "") for title in batch.reading.get("ignored", [])]
    return taken + left


@dataclass(frozen=True, slots=True)
class KindLine:
    """One kind of file, with the columns it cannot do without."""

    code: str
    name: str
    required: str


def kind_lines() -> list[KindLine]:
    """Returns the kinds in the order in which they depend on each other."""
    return [
        KindLine(
            kind.code,
            str(kind.label),
            pgettext("between the items of a list", ", ").join(
                str(column.label) for column in kind.columns if column.required
            ),
        )
        for kind in all_kinds().values()
    ]


@dataclass(frozen=True, slots=True)
class SampleLine:
    """One header of a file, with a few values as they may be shown."""

    title: str
    lang: str
    values: str
    values_lang: str


def sample_column(column: SampleColumn) -> SampleLine:
    """Returns a header and its first values."""
    values = " · ".join(value for value in column.values if value)
    return SampleLine(column.title, lang_of(column.title), values, lang_of(values))

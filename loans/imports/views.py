"""Imports in the browser: upload, columns, check, load, progress, errors, undo."""

from __future__ import annotations

from datetime import timedelta
from typing import IO
from uuid import UUID

from django.contrib import messages
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access.decorators import has_right, requires, signed_in_user
from core.audit import Actor
from core.exports import CONTENT_TYPES, Format
from core.jobs import Heartbeat, seen_within
from core.pages.parts import Tab
from loans.imports import decisions, presentation, progress
from loans.imports.bad_rows import bad_rows_as_file
from loans.imports.errands import ask, ask_load, ask_undo, discard
from loans.imports.error_lists import errors_as_file
from loans.imports.forms import (
    LoadForm,
    UndoForm,
)
from loans.imports.models import Errand, ImportBatch, ImportState
from loans.imports.queries import (
    error_page,
    imports_for,
    reason_counts,
    staged_count,
    state_counts,
)
from loans.imports.undo import preview_undo
from loans.portfolios.refusals import Refused

PAGE = 50
WORKER_SEEN_WITHIN = timedelta(minutes=5)


@requires("import.view")
@require_safe
def import_list(request: HttpRequest) -> HttpResponse:
    """Lists the imports of one's portfolios, newest first."""
    user = signed_in_user(request)
    state = request.GET.get("state", "")
    if state and state not in ImportState.values:
        raise Http404
    found = imports_for(user, state=state, before=_uuid(request.GET.get("before", "")))
    batches = list(found[: PAGE + 1])
    counts = state_counts(user)
    href = reverse("imports:list")
    tabs = [Tab(_("All"), href, not state, sum(counts.values()))]
    for value, label in ImportState.choices:
        if counts.get(value) or value == state:
            address = f"{href}?state={value}"
            tabs.append(Tab(str(label), address, value == state, counts.get(value, 0)))
    shown, more = batches[:PAGE], batches[PAGE:]
    here = f"{href}?state={state}&" if state else f"{href}?"
    return TemplateResponse(
        request,
        "loans/imports/import_list.html",
        {
            "summary": ngettext("%(count)s file", "%(count)s files", sum(counts.values()))
            % {"count": f"{sum(counts.values()):,}"},
            "states": tabs,
            "batches": [presentation.batch_line(batch) for batch in shown],
            "is_filtered": bool(state),
            "upload_href": reverse("imports:upload") if has_right(user, "import.run") else "",
            "first_href": here if "before" in request.GET else "",
            "next_href": f"{here}before={shown[-1].pk}" if more else "",
        },
    )


@requires("import.view")
@require_safe
def import_detail(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Shows one import: how far it is, its totals, and what is wrong with its rows."""
    return _detail_page(request, _batch(request, import_id))


def _detail_page(
    request: HttpRequest,
    batch: ImportBatch,
    *,
    load_form: LoadForm | None = None,
    status: int = 200,
) -> HttpResponse:
    can_run = has_right(request.user, "import.run")
    context = (
        _progress_context(batch)
        | _errors_context(request, batch)
        | {
            "list_href": reverse("imports:list"),
            "control_totals": presentation.control_totals(batch, get_language() or "en"),
            "facts": presentation.facts(batch),
            "columns": presentation.columns(batch),
            "template_name": batch.reading.get("mapping", ""),
            "actions": decisions.actions(batch, can_run=can_run),
            "outcome": decisions.outcome(batch),
        }
    )
    if can_run and batch.state == ImportState.CHECKED and not batch.errand:
        context["load_form"] = load_form or LoadForm(batch=batch)
        context["load_href"] = reverse("imports:load", args=[batch.pk])
    return TemplateResponse(request, "loans/imports/import_detail.html", context, status=status)


def _errors_context(request: HttpRequest, batch: ImportBatch) -> dict[str, object]:
    reason = request.GET.get("reason", "")
    counts = reason_counts(batch)
    if reason and reason not in dict(counts):
        raise Http404
    after = _position(request.GET.get("after", ""))
    page = error_page(batch, after=after, limit=PAGE, reason=reason)
    here = reverse("imports:detail", args=[batch.pk])
    chosen = f"reason={reason}&" if reason else ""
    following = f"{page.next_after[0]}:{page.next_after[1]}" if page.next_after else ""
    return {
        "errors": presentation.error_lines(page.errors),
        "reasons": presentation.reason_tabs(batch, counts, reason) if counts else [],
        "errors_href": reverse("imports:errors", args=[batch.pk, "xlsx"]) if page.errors else "",
        "first_href": f"{here}?{chosen}#refused" if after else "",
        "next_href": f"{here}?{chosen}after={following}#refused" if following else "",
    }


@requires("import.view")
@require_safe
def import_progress(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Answers the region of the page that is asked for again while an import runs."""
    batch = _batch(request, import_id)
    context = _progress_context(batch)
    answer = TemplateResponse(request, "loans/imports/import_detail.html#progress", context)
    if not progress.batch_head(batch).is_running:
        # The rest of the page changes with the end: decision, errors, outcome.
        answer["HX-Refresh"] = "true"
    return answer


@requires("import.run")
@require_POST
def import_load(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Asks for a checked file to be loaded."""
    batch = _batch(request, import_id)
    form = LoadForm(request.POST, batch=batch)
    if form.is_valid():
        try:
            ask_load(batch=batch, mode=form.cleaned_data["mode"], user=signed_in_user(request))
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return _see(reverse("imports:detail", args=[batch.pk]))
    return _detail_page(request, batch, load_form=form, status=422)


@requires("import.run")
@require_POST
def import_again(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Asks the workers once more for what they failed at."""
    batch = _batch(request, import_id)
    errand = Errand.LOAD if batch.state == ImportState.LOADING else Errand.CHECK
    try:
        ask(batch=batch, errand=errand, user=signed_in_user(request))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return _see(reverse("imports:detail", args=[batch.pk]))


@requires("import.run")
@require_POST
def import_discard(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Gives a file up of which nothing was loaded."""
    batch = _batch(request, import_id)
    try:
        discard(batch=batch, by=Actor.of(signed_in_user(request)))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return _see(reverse("imports:detail", args=[batch.pk]))
    messages.success(request, _("%(name)s was discarded.") % {"name": batch.file_name})
    return _see(reverse("imports:list"))


@requires("import.run")
@require_http_methods(["GET", "HEAD", "POST"])
def import_undo(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Shows what undoing would do, and asks for it with a reason."""
    batch = _batch(request, import_id)
    form = UndoForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            ask_undo(batch=batch, reason=reason, user=signed_in_user(request))
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return _see(reverse("imports:detail", args=[batch.pk]))
    context = {
        "batch": progress.batch_head(batch),
        "preview": decisions.undo_lines(preview_undo(batch=batch)),
        "form": form,
        "detail_href": reverse("imports:detail", args=[batch.pk]),
    }
    status = 422 if form.is_bound and form.errors else 200
    return TemplateResponse(request, "loans/imports/import_undo.html", context, status=status)


@requires("import.view")
@require_safe
def import_errors(request: HttpRequest, import_id: UUID, file_format: str) -> HttpResponseBase:
    """Sends what is wrong with the rows of an import as CSV or XLSX, masked as on the page."""
    batch = _batch(request, import_id)
    if file_format not in CONTENT_TYPES:
        raise Http404
    content, chosen = errors_as_file(
        batch=batch, file_format=file_format, by=Actor.of(signed_in_user(request))
    )
    return _file(content, f"errors-{batch.pk}.{chosen}", chosen)


@requires("import.run")
@require_safe
def import_bad_rows(request: HttpRequest, import_id: UUID, file_format: str) -> HttpResponseBase:
    """Sends the bad rows in the file's own columns, in clear, to be corrected and uploaded."""
    batch = _batch(request, import_id)
    if file_format not in CONTENT_TYPES or not batch.bad_count or batch.stored_file is None:
        raise Http404
    content, chosen = bad_rows_as_file(
        batch=batch, file_format=file_format, by=Actor.of(signed_in_user(request))
    )
    stem = batch.file_name.rpartition(".")[0] or batch.file_name
    return _file(content, f"{stem}-bad-rows.{chosen}", chosen)


def _file(content: IO[bytes], name: str, chosen: Format) -> FileResponse:
    return FileResponse(
        content, as_attachment=True, filename=name, content_type=CONTENT_TYPES[chosen]
    )


def _batch(request: HttpRequest, import_id: UUID) -> ImportBatch:
    return get_object_or_404(imports_for(signed_in_user(request)), pk=import_id)


def _see(address: str) -> HttpResponseRedirect:
    """After a write: see the other page, by GET."""
    return HttpResponseRedirect(address, status=303)


def _progress_context(batch: ImportBatch) -> dict[str, object]:
    is_reading = batch.state in {ImportState.UPLOADED, ImportState.STAGED}
    head = progress.batch_head(
        batch,
        rows_read=staged_count(batch) if is_reading else 0,
        is_worker_alive=seen_within(kind=Heartbeat.Kind.WORKER, age=WORKER_SEEN_WITHIN),
    )
    return {
        "batch": head,
        "stages": presentation.stages(batch),
        "figures": presentation.figures(batch),
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Http404 from None


def _position(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    row, _colon, pk = text.partition(":")
    if not (row.isdigit() and pk.isdigit()):
        raise Http404
    return int(row), int(pk)

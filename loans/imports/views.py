"""Imports in the browser: the list, one import with its progress and errors, their download."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access.decorators import requires, signed_in_user
from core.audit import Actor
from core.exports import CONTENT_TYPES
from loans.imports import presentation
from loans.imports.error_lists import errors_as_file
from loans.imports.models import ImportBatch, ImportState
from loans.imports.queries import error_page, imports_for, state_counts

PAGE = 50


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
    tabs = [presentation.Tab(_("All"), href, not state, sum(counts.values()))]
    for value, label in ImportState.choices:
        if counts.get(value) or value == state:
            address = f"{href}?state={value}"
            tabs.append(presentation.Tab(str(label), address, value == state, counts.get(value, 0)))
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
            "first_href": here if "before" in request.GET else "",
            "next_href": f"{here}before={shown[-1].pk}" if more else "",
        },
    )


@requires("import.view")
@require_safe
def import_detail(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Shows one import: how far it is, its totals, and what is wrong with its rows."""
    batch = _batch(request, import_id)
    page = error_page(batch, after=_position(request.GET.get("after", "")), limit=PAGE)
    here = reverse("imports:detail", args=[batch.pk])
    following = f"{page.next_after[0]}:{page.next_after[1]}" if page.next_after else ""
    context = _progress_context(batch) | {
        "list_href": reverse("imports:list"),
        "control_totals": presentation.control_totals(batch, get_language() or "en"),
        "errors": presentation.error_lines(page.errors),
        "errors_href": reverse("imports:errors", args=[batch.pk, "xlsx"]) if page.errors else "",
        "first_href": here if "after" in request.GET else "",
        "next_href": f"{here}?after={following}#refused" if following else "",
        "facts": presentation.facts(batch),
        "columns": presentation.columns(batch),
        "template_name": batch.reading.get("mapping", ""),
    }
    return TemplateResponse(request, "loans/imports/import_detail.html", context)


@requires("import.view")
@require_safe
def import_progress(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Answers the region of the page that is asked for again while an import runs."""
    context = _progress_context(_batch(request, import_id))
    return TemplateResponse(request, "loans/imports/import_detail.html#progress", context)


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
    return FileResponse(
        content,
        as_attachment=True,
        filename=f"errors-{batch.pk}.{chosen}",
        content_type=CONTENT_TYPES[chosen],
    )


def _batch(request: HttpRequest, import_id: UUID) -> ImportBatch:
    return get_object_or_404(imports_for(signed_in_user(request)), pk=import_id)


def _progress_context(batch: ImportBatch) -> dict[str, object]:
    return {
        "batch": presentation.batch_head(batch),
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

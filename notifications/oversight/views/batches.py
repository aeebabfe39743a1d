"""Batches of messages: the list, and how far one of them is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from accounts.access.decorators import requires, signed_in_user
from compliance.oversight.cells import name
from compliance.oversight.pages import read_portfolio
from compliance.oversight.tiles import grouped
from notifications.outbox.flow import MessageState
from notifications.outbox.models import Batch
from notifications.outbox.reasons import short_name
from notifications.oversight.batch_queries import Progress, batches_of, ending_of, progress_of
from notifications.oversight.batch_table import batch_columns
from notifications.oversight.pages import frame, page_of, table

_PAGE = "notifications/oversight/batch.html"


@requires("message.view")
@require_GET
@never_cache
def batches(request: HttpRequest) -> HttpResponse:
    """Messages planned together, the newest first, each with how far it is."""
    user = signed_in_user(request)
    form = read_portfolio(request)
    here = reverse("messages:batches")
    rows = batches_of(user=user)
    if form.portfolio_id:
        rows = rows.filter(portfolio=form.portfolio_id)
    address = f"{here}?portfolio={form.portfolio_id or ''}"
    found, paging = page_of(request, rows=rows, at="planned_at", address=address)
    columns = batch_columns(progress_of([batch.pk for batch in found]))
    context = {
        **frame(request, "messages:batches"),
        **table(columns, found),
        **paging,
        "filter_form": form,
        "is_filtered": bool(form.portfolio_id),
        "list_href": here,
    }
    return TemplateResponse(request, "notifications/oversight/batches.html", context)


@requires("message.view")
@require_GET
@never_cache
def batch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One batch: planned, sent, waiting, stopped by reason, and when it ends."""
    return TemplateResponse(request, _PAGE, _context(request, _scoped(request, pk)))


@requires("message.view")
@require_safe
@never_cache
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answers the region of the page that is asked for again while messages wait."""
    context = _context(request, _scoped(request, pk))
    answer = TemplateResponse(request, f"{_PAGE}#progress", context)
    if not context["is_running"]:
        answer["HX-Refresh"] = "true"
    return answer


def _scoped(request: HttpRequest, pk: UUID) -> Batch:
    return get_object_or_404(batches_of(user=signed_in_user(request)), pk=pk)


def _context(request: HttpRequest, found: Batch) -> dict[str, Any]:
    progress = progress_of([found.pk])[found.pk]
    return {
        **frame(request, "messages:batches"),
        "batch": found,
        "label": name(found.label),
        "portfolio": name(found.portfolio.name),
        "is_running": progress.waiting > 0,
        "percent": progress.percent,
        "ending": ending_of(found),
        "figures": _figures(found, progress),
        "states": [
            {
                "label": state.label,
                "number": grouped(progress.by_state[state]),
                "href": _outbox(found, state=state.value),
            }
            for state in MessageState
            if progress.by_state[state]
        ],
        "reasons": [
            {
                "label": short_name(reason),
                "number": grouped(number),
                "href": _outbox(found, reason=reason),
            }
            for reason, number in progress.by_reason.most_common()
        ],
        "refresh_href": reverse("messages:progress", args=[found.pk]),
        "list_href": reverse("messages:batches"),
    }


def _figures(found: Batch, progress: Progress) -> list[dict[str, str]]:
    return [
        {"label": _("Planned"), "value": grouped(progress.planned), "href": _outbox(found)},
        {"label": _("Sent"), "value": grouped(progress.sent), "href": ""},
        {"label": _("Waiting"), "value": grouped(progress.waiting), "href": ""},
        {"label": _("Not sent, with a reason"), "value": grouped(progress.stopped), "href": ""},
    ]


def _outbox(found: Batch, **changes: str) -> str:
    extra = "".join(f"&{key}={value}" for key, value in changes.items())
    return f"{reverse('messages:outbox')}?batch={found.pk}{extra}"

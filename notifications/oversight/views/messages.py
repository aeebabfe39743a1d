"""The outbox: messages by state with what somebody searched for, and the same as a file."""

from __future__ import annotations

import tempfile
from typing import Any

from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access.decorators import has_right, requires, signed_in_user
from compliance.oversight.pages import known
from compliance.oversight.tiles import grouped
from core import clock
from core.exports import CONTENT_TYPES, Format
from core.pages.parts import Tab
from notifications.outbox.flow import MessageState
from notifications.outbox.reasons import short_name
from notifications.oversight.forms import MessageFilterForm
from notifications.oversight.message_filter import MessageFilters
from notifications.oversight.message_table import message_columns
from notifications.oversight.pages import frame, page_of, portfolios_of, table
from notifications.oversight.queries import counts_by_reason, counts_by_state, messages_of
from notifications.oversight.services import MOST_ROWS, export_messages

#: What is still to come is read from its beginning, what is over from its end.
_OLDEST_FIRST = frozenset({MessageState.WAITING, MessageState.SENDING, MessageState.UNCERTAIN})


@requires("message.view")
@require_GET
@never_cache
def outbox(request: HttpRequest) -> HttpResponse:
    """Messages by state: planned, being sent, out, stopped with their reasons."""
    form = known(MessageFilterForm(request.GET, portfolios=portfolios_of(request)))
    return TemplateResponse(
        request, "notifications/oversight/outbox.html", _outbox_context(request, form)
    )


@requires("export.run")
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """The list as a file with the same filters: `format` is csv or xlsx."""
    user = signed_in_user(request)
    if not has_right(user, "message.view"):
        raise Http404
    form = known(MessageFilterForm(request.GET, portfolios=portfolios_of(request)))
    file_format: Format = "xlsx" if request.POST.get("format") == "xlsx" else "csv"
    out = tempfile.TemporaryFile()  # noqa: SIM115 the response closes it
    try:
        export_messages(filters=form.filters(), out=out, file_format=file_format, user=user)
    except ValidationError as refusal:
        out.close()
        context = _outbox_context(request, form) | {"refusal": " ".join(refusal.messages)}
        return TemplateResponse(request, "notifications/oversight/outbox.html", context, status=422)
    out.seek(0)
    day = clock.local_today(user.time_zone).isoformat()
    return FileResponse(
        out,
        as_attachment=True,
        filename=f"messages-{day}.{file_format}",
        content_type=CONTENT_TYPES[file_format],
    )


def _outbox_context(request: HttpRequest, form: MessageFilterForm) -> dict[str, Any]:
    user = signed_in_user(request)
    filters = form.filters()
    here = reverse("messages:outbox")
    rows, paging = page_of(
        request,
        rows=messages_of(user=user, filters=filters)
        .select_related("party", "portfolio")
        .prefetch_related("about__loan"),
        at="send_at",
        address=f"{here}?{filters.query_string()}",
        is_oldest_first=filters.state in _OLDEST_FIRST,
    )
    may_export = has_right(user, "export.run")
    export_href = f"{reverse('messages:export')}?{filters.query_string()}"
    return {
        **frame(request, "messages:outbox"),
        **table(message_columns(), rows),
        **paging,
        "states": _states(filters, counts_by_state(user=user, filters=filters)),
        "reasons": _reasons(filters, counts_by_reason(user=user, filters=filters)),
        "filter_form": form,
        "filters": filters,
        "is_filtered": filters.is_narrowed,
        "without_batch_href": _href(filters, batch="") if filters.batch else "",
        "list_href": here,
        "export_href": export_href if may_export else "",
        "most_rows": grouped(MOST_ROWS),
    }


def _states(filters: MessageFilters, counts: dict[str, int]) -> list[Tab]:
    """Every state, empty ones too: that nothing is uncertain is worth seeing."""
    return [
        Tab(_("All"), _href(filters, state="", reason=""), not filters.state, sum(counts.values())),
        *(
            Tab(
                state.label,
                _href(filters, state=state.value, reason=""),
                filters.state == state,
                counts.get(state, 0),
            )
            for state in MessageState
        ),
    ]


def _reasons(filters: MessageFilters, counts: list[tuple[str, int]]) -> list[Tab]:
    if not counts:
        return []
    return [
        Tab(_("Whatever the reason"), _href(filters, reason=""), not filters.reason),
        *(
            Tab(short_name(reason), _href(filters, reason=reason), filters.reason == reason, n)
            for reason, n in counts
        ),
    ]


def _href(filters: MessageFilters, **changes: str) -> str:
    return f"{reverse('messages:outbox')}?{filters.query_string(**changes)}"

"""Replies: what people wrote back, and whether somebody has dealt with it."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access.decorators import has_right, requires, signed_in_user
from compliance.oversight.cells import row_of
from compliance.registers.entries import Entry, answer
from core.ids import uuid7
from core.pages.parts import Tab
from notifications.inbound.models import InboundMessage
from notifications.inbound.services import mark_handled
from notifications.oversight.forms import HandledForm
from notifications.oversight.pages import frame, page_of
from notifications.oversight.reply_table import reply_columns


@requires("message.view")
@require_GET
@never_cache
def replies(request: HttpRequest) -> HttpResponse:
    """Replies nobody has dealt with, the oldest first, or those that are done, the latest first."""
    user = signed_in_user(request)
    is_done = request.GET.get("show") == "done"
    here = reverse("messages:replies")
    visible = InboundMessage.objects.visible_to(user)
    counts = visible.aggregate(
        open=Count("pk", filter=Q(handled_at=None)), done=Count("pk", filter=~Q(handled_at=None))
    )
    rows = visible.filter(handled_at__isnull=not is_done)
    found, paging = page_of(
        request,
        rows=rows.select_related("party__data_key", "event__account__data_key").prefetch_related(
            "party__loans__loan"
        ),
        at="received_at",
        address=f"{here}?show={'done' if is_done else 'open'}",
        is_oldest_first=not is_done,
    )
    columns = reply_columns()
    may_handle = has_right(user, "reply.handle") and not is_done
    context = {
        **frame(request, "messages:replies"),
        **paging,
        "headings": [column.heading for column in columns],
        "lines": [
            {
                "row": row_of(columns, inbound),
                "handle_href": reverse("messages:handle_reply", args=[inbound.pk])
                if may_handle
                else "",
                "token": uuid7().hex,
            }
            for inbound in found
        ],
        "lists": [
            Tab(_("To deal with"), f"{here}?show=open", not is_done, counts["open"]),
            Tab(_("Dealt with"), f"{here}?show=done", is_done, counts["done"]),
        ],
        "is_done": is_done,
        "may_handle": may_handle,
    }
    return TemplateResponse(request, "notifications/oversight/replies.html", context)


@requires("reply.handle")
@require_POST
def handle(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Notes that a reply was dealt with."""
    user = signed_in_user(request)
    inbound = get_object_or_404(InboundMessage.objects.visible_to(user), pk=pk)
    entry = Entry(
        template="notifications/oversight/reply_over.html",
        form=HandledForm(request.POST),
        save=lambda by: mark_handled(inbound=inbound, by=by),
        done=_("Dealt with."),
        next_href=reverse("messages:replies"),
        context={**frame(request, "messages:replies"), "list_href": reverse("messages:replies")},
    )
    return answer(request, entry)

"""One message: its life, its text on demand, and an uncertain one settled by a person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access.decorators import has_right, requires, signed_in_user
from compliance.registers.entries import Entry, answer
from core.audit import Actor
from loans.borrowers.disclosure import SHOWN_SECONDS, reveals_per_hour
from notifications.outbox.disclosure import reveal_text
from notifications.outbox.models import Message
from notifications.outbox.services import settle_uncertain
from notifications.oversight.forms import ReadForm, SettleForm
from notifications.oversight.message_page import message_context
from notifications.oversight.pages import frame
from notifications.oversight.queries import message_for

_PAGE = "notifications/oversight/message.html"


@requires("message.view")
@require_GET
@never_cache
def message(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One message from its plan to its receipt."""
    return TemplateResponse(request, _PAGE, _context(request, _scoped(request, pk)))


@requires("party.reveal")
@require_POST
@never_cache
def read(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Shows the text as it left, for a purpose; the trail keeps who read it."""
    found = _scoped(request, pk)
    user = signed_in_user(request)
    form = ReadForm(request.POST)
    context = _context(request, found) | {"read_form": form}
    if form.is_valid():
        try:
            said = reveal_text(
                message=found,
                purpose=form.cleaned_data["purpose"],
                budget=reveals_per_hour(user.role),
                by=Actor.of(user),
            )
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            context |= {"said": said, "said_seconds": SHOWN_SECONDS}
    return TemplateResponse(request, _PAGE, context, status=422 if form.errors else 200)


@requires("message.settle")
@require_POST
def settle(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Notes what became of an uncertain message; the same answer twice counts once."""
    found = _scoped(request, pk)
    form = SettleForm(request.POST)
    entry = Entry(
        template=_PAGE,
        form=form,
        save=lambda by: settle_uncertain(
            message=found,
            was_sent=form.cleaned_data["outcome"] == "sent",
            note=form.cleaned_data["note"],
            by=by,
        ),
        done=_("Settled. It is not sent again."),
        next_href=reverse("messages:message", args=[pk]),
    )
    entry.context.update(_context(request, found) | {"settle_form": form})
    return answer(request, entry)


def _scoped(request: HttpRequest, pk: UUID) -> Message:
    return get_object_or_404(message_for(user=signed_in_user(request), pk=pk))


def _context(request: HttpRequest, found: Message) -> dict[str, Any]:
    user = signed_in_user(request)
    context = message_context(found, may_see_verdicts=has_right(user, "compliance.view"))
    may_read = has_right(user, "party.reveal") and context["has_text"]
    may_settle = has_right(user, "message.settle") and context["is_uncertain"]
    return {
        **frame(request, "messages:outbox"),
        **context,
        "list_href": reverse("messages:outbox"),
        "message_href": reverse("messages:message", args=[found.pk]),
        "read_form": ReadForm() if may_read else None,
        "read_href": reverse("messages:read", args=[found.pk]),
        "settle_form": SettleForm() if may_settle else None,
        "settle_href": reverse("messages:settle", args=[found.pk]),
    }

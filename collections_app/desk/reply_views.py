"""Saying on the case that a reply was dealt with, by whoever has its person."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access.decorators import requires, signed_in_user
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.desk.case_row import case_for
from collections_app.desk.holding import Held, LeaseLost, who_has, write_held
from collections_app.desk.replies import replies_of
from core.audit.actors import Actor
from core.ids import uuid7
from notifications.inbound.models import InboundMessage
from notifications.inbound.services import mark_handled


@requires("reply.handle")
@require_POST
def handle_reply(request: HttpRequest, pk: UUID, reply_pk: UUID) -> HttpResponse:
    """Notes that a reply was dealt with; a second click is told who was quicker."""
    user = signed_in_user(request)
    try:
        case = case_for(user, pk)
    except Case.DoesNotExist:
        raise Http404 from None
    reply = get_object_or_404(replies_of(case), pk=reply_pk)
    try:
        write_held(
            scope=f"handle_reply:{user.pk}",
            key=request.POST.get("token", "")[:64] or str(uuid7()),
            content={"reply": str(reply.pk)},
            agent=user,
            case=case,
            lease=request.POST.get("lease"),
            write=lambda: _mark(reply, user),
        )
    except (Held, LeaseLost) as taken:
        messages.error(request, who_has(taken, case))
    except ValidationError as refusal:
        messages.info(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Dealt with."))
    return redirect("desk:case", pk=pk)


def _mark(reply: InboundMessage, user: User) -> str:
    mark_handled(inbound=reply, by=Actor.of(user))
    return str(reply.pk)

"""The list of callbacks, and making one of the team's one's own. All without scripts."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access.decorators import requires, signed_in_user
from accounts.models import User
from collections_app.callbacks.list_page import list_context, read_filter
from collections_app.callbacks.models import Callback
from collections_app.callbacks.services import hand_on_callback
from core.audit.actors import Actor


@requires("case.view")
@require_GET
@never_cache
def callback_list(request: HttpRequest) -> HttpResponse:
    """Calls that were promised: one's own, the team's, the missed ones; filters in the URL."""
    user = signed_in_user(request)
    chosen = read_filter(request.GET, user)
    try:
        context = list_context(user=user, chosen=chosen, after=request.GET.get("after", "")[:100])
    except ValueError:
        raise Http404(_("This page of the list does not exist.")) from None
    return TemplateResponse(request, "collections_app/callbacks/list.html", context)


@requires("callback.manage")
@require_POST
def take(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Makes a callback of the team one's own; a second one is told who was quicker."""
    user, callback = _mine(request, pk)
    if callback.owner_id not in (None, user.pk):
        messages.info(request, _("%(who)s has taken it.") % {"who": callback.owner})
        return redirect("callbacks:list")
    try:
        hand_on_callback(callback=callback, to=user, reason=_("taken"), by=Actor.of(user))
    except ValidationError as refusal:
        messages.info(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("This callback is yours."))
    return redirect("callbacks:list")


def _mine(request: HttpRequest, pk: UUID) -> tuple[User, Callback]:
    user = signed_in_user(request)
    seen = Callback.objects.visible_to(user).select_related(
        "case__loan", "case__portfolio", "party__data_key", "contact_point", "owner"
    )
    return user, get_object_or_404(seen, pk=pk)

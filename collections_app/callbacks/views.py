"""The list of callbacks, and moving, taking and cancelling one. All without scripts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access.decorators import requires, signed_in_user
from accounts.models import User
from collections_app.callbacks.callback_page import answer, nearest_offer, said_when
from collections_app.callbacks.forms import CancelForm, RescheduleForm
from collections_app.callbacks.list_page import list_context, read_filter
from collections_app.callbacks.models import Callback
from collections_app.callbacks.presentation import callback_row, zone_label
from collections_app.callbacks.services import (
    CallbackRefused,
    cancel_callback,
    hand_on_callback,
    reschedule_callback,
)
from core import clock
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
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def reschedule(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Moves a callback to another time."""
    user, callback = _mine(request, pk)
    form = RescheduleForm(
        request.POST or None, zone=callback.time_zone, initial={"is_wish": callback.is_wish}
    )
    if request.method == "POST" and form.is_valid():
        try:
            moved = reschedule_callback(
                callback=callback,
                wall_time=form.cleaned_data["when"],
                reason=form.cleaned_data["reason"],
                is_wish=form.cleaned_data["is_wish"],
                by=Actor.of(user),
            )
        except (CallbackRefused, ValidationError) as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("Callback moved to %(when)s.") % {"when": said_when(moved)})
            return redirect("callbacks:list")
    context = {
        **_callback_facts(callback, user),
        "heading": _("Move a callback"),
        "act": _("Move it"),
        "zone_label": zone_label(callback.time_zone, clock.now()),
        **nearest_offer(form),
    }
    return answer(request, "agree", form, context)


@requires("callback.manage")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Cancels a callback; asks why first."""
    user, callback = _mine(request, pk)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            cancel_callback(callback=callback, reason=reason, by=Actor.of(user))
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(
                request, _("Callback cancelled. It stays in the list with its reason.")
            )
            return redirect("callbacks:list")
    return answer(request, "cancel", form, _callback_facts(callback, user))


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


def _callback_facts(callback: Callback, user: User) -> dict[str, Any]:
    row = callback_row(callback, user, clock.now())
    return {
        "case_href": row.case_href,
        "contract_no": row.contract_no,
        "borrower": {"name": row.borrower, "lang": row.lang},
        "callback": row,
    }

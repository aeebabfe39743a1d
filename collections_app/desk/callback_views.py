"""Agreeing on a callback, moving and cancelling one, by whoever has its person.

Forms that need no scripts.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access.decorators import requires, signed_in_user
from accounts.models import User
from collections_app.callbacks.callback_page import (
    answer,
    callback_facts,
    case_facts,
    nearest_offer,
    said_when,
)
from collections_app.callbacks.forms import MINE, CancelForm, RescheduleForm, ScheduleForm
from collections_app.callbacks.hours import zone_of_case
from collections_app.callbacks.models import Callback
from collections_app.callbacks.presentation import zone_label
from collections_app.callbacks.services import (
    CallbackRefused,
    cancel_callback,
    reschedule_callback,
    schedule_callback,
)
from collections_app.cases.models import Case
from collections_app.contacts.queries import phones_of
from collections_app.desk.held_form import HeldForm
from collections_app.desk.holding import held_line, write_form
from core import clock
from core.audit.actors import Actor

_REFUSALS: Final = (CallbackRefused, ValidationError)


class AgreeForm(HeldForm, ScheduleForm):
    """A new callback, by whoever has the person."""


class MoveForm(HeldForm, RescheduleForm):
    """Another time, by whoever has the person."""


class CancelCallbackForm(HeldForm, CancelForm):
    """Why it is not made, by whoever has the person."""


@requires("callback.manage")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def agree(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Promises a call on a case; refused outside the person's hours, with the next time offered."""
    user = signed_in_user(request)
    case = get_object_or_404(
        Case.objects.visible_to(user).select_related("loan", "portfolio", "borrower"), pk=pk
    )
    zone, status = zone_of_case(case), 422
    form = AgreeForm(request.POST or None, zone=zone, phones=list(phones_of(case)))
    if request.method == "POST" and form.is_valid():
        made, status = write_form(
            request,
            form,
            scope="agree_callback",
            case=case,
            user=user,
            write=lambda: _agree(case, form, user),
            refusals=_REFUSALS,
        )
        if made is not None:
            messages.success(request, _("Callback agreed for %(when)s.") % {"when": made.result})
            return redirect(f"{reverse('desk:case', args=[case.pk])}#callbacks")
    context = {
        **case_facts(case),
        **held_line(form, case=case, user=user),
        "heading": _("Agree on a callback"),
        "act": _("Agree"),
        "zone_label": zone_label(zone, clock.now()),
        **nearest_offer(form),
    }
    return answer(request, "agree", form, context, status=status)


@requires("callback.manage")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def move(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Moves a callback to another time, and says why."""
    user, callback = _scoped(request, pk)
    form = MoveForm(
        request.POST or None, zone=callback.time_zone, initial={"is_wish": callback.is_wish}
    )
    status = 422
    if request.method == "POST" and form.is_valid():
        made, status = write_form(
            request,
            form,
            scope="move_callback",
            case=callback.case,
            user=user,
            write=lambda: _move(callback, form, user),
            refusals=_REFUSALS,
        )
        if made is not None:
            messages.success(request, _("Callback moved to %(when)s.") % {"when": made.result})
            return redirect(_back(request, callback))
    context = {
        **callback_facts(callback, user),
        **held_line(form, case=callback.case, user=user),
        "heading": _("Move a callback"),
        "act": _("Move it"),
        "zone_label": zone_label(callback.time_zone, clock.now()),
        **nearest_offer(form),
    }
    return answer(request, "agree", form, context, status=status)


@requires("callback.manage")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Cancels a callback; asks why first."""
    user, callback = _scoped(request, pk)
    form, status = CancelCallbackForm(request.POST or None), 422
    if request.method == "POST" and form.is_valid():
        made, status = write_form(
            request,
            form,
            scope="cancel_callback",
            case=callback.case,
            user=user,
            write=lambda: _cancel(callback, form, user),
        )
        if made is not None:
            messages.success(
                request, _("Callback cancelled. It stays in the list with its reason.")
            )
            return redirect(_back(request, callback))
    context: dict[str, Any] = {
        **callback_facts(callback, user),
        **held_line(form, case=callback.case, user=user),
    }
    return answer(request, "cancel", form, context, status=status)


def _scoped(request: HttpRequest, pk: UUID) -> tuple[User, Callback]:
    user = signed_in_user(request)
    seen = Callback.objects.visible_to(user).select_related(
        "case__loan",
        "case__portfolio",
        "case__borrower",
        "party__data_key",
        "contact_point",
        "owner",
    )
    return user, get_object_or_404(seen, pk=pk)


def _back(request: HttpRequest, callback: Callback) -> str:
    """To where it was opened: the case, or the list."""
    if request.GET.get("on") == "case":
        return f"{reverse('desk:case', args=[callback.case_id])}#callbacks"
    return reverse("callbacks:list")


def _agree(case: Case, form: AgreeForm, user: User) -> str:
    """The same time agreed on twice finds the callback of the first."""
    data = form.cleaned_data
    made = schedule_callback(
        case=case,
        contact_point=data["contact_point"],
        wall_time=data["when"],
        agent=user if data["whose"] == MINE else None,
        note=data["note"],
        is_wish=data["is_wish"],
        by=Actor.of(user),
    )
    return said_when(made)


def _move(callback: Callback, form: MoveForm, user: User) -> str:
    data = form.cleaned_data
    moved = reschedule_callback(
        callback=callback,
        wall_time=data["when"],
        reason=data["reason"],
        is_wish=data["is_wish"],
        by=Actor.of(user),
    )
    return said_when(moved)


def _cancel(callback: Callback, form: CancelCallbackForm, user: User) -> str:
    cancel_callback(callback=callback, reason=form.cleaned_data["reason"], by=Actor.of(user))
    return str(callback.pk)

"""Agreeing on a callback from a case, by whoever has its person; a form that needs no scripts."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
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
    case_facts,
    nearest_offer,
    said_when,
)
from collections_app.callbacks.forms import MINE, ScheduleForm
from collections_app.callbacks.hours import zone_of_case
from collections_app.callbacks.models import Callback
from collections_app.callbacks.presentation import zone_label
from collections_app.callbacks.services import CallbackRefused, schedule_callback
from collections_app.cases.models import Case
from collections_app.contacts.queries import phones_of
from collections_app.desk.holding import Held, LeaseLost, held_line, hold, who_has
from core import clock
from core.audit.actors import Actor


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
    form = ScheduleForm(request.POST or None, zone=zone, phones=list(phones_of(case)))
    if request.method == "POST" and form.is_valid():
        try:
            callback = _agree(case, form, user)
        except (CallbackRefused, ValidationError) as refusal:
            form.add_refusal(refusal)
        except (Held, LeaseLost) as taken:
            form.add_error(None, who_has(taken, case))
            status = 409
        else:
            said = _("Callback agreed for %(when)s.") % {"when": said_when(callback)}
            messages.success(request, said)
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


@transaction.atomic
def _agree(case: Case, form: ScheduleForm, user: User) -> Callback:
    """The same form sent twice finds the callback of the first."""
    data = form.cleaned_data
    hold(agent=user, case=case, lease=data["lease"])
    return schedule_callback(
        case=case,
        contact_point=data["contact_point"],
        wall_time=data["when"],
        agent=user if data["whose"] == MINE else None,
        note=data["note"],
        is_wish=data["is_wish"],
        by=Actor.of(user),
    )

"""The field agent's pages: the day, an address in clear, and what is recorded at a door."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access.decorators import requires, signed_in_user
from accounts.models import User
from collections_app.desk.field_day import day_context, form_for, today_of, visit_part
from collections_app.desk.field_forms import CheckInForm, FieldForm
from collections_app.promises.limits import Part
from collections_app.promises.services import take_promise
from collections_app.visits.asking import VisitRefused
from collections_app.visits.making import (
    ask_for_help,
    check_in,
    report_visit,
    require_yes,
    told_time,
)
from collections_app.visits.models import Visit
from collections_app.visits.photos import add_photo
from collections_app.visits.route import move_up
from collections_app.visits.taking import record_sighting, take_cash
from collections_app.worklist.leases import Held, LeaseLost, take_up
from core.audit.actors import Actor
from core.idempotency import KeyReused, fingerprint_of, once
from loans.borrowers.disclosure import HiddenField, HiddenValue, RevealPurpose, reveals_per_hour
from loans.borrowers.disclosure import reveal as reveal_value


@requires("visit.record")
@require_GET
@never_cache
def field_day(request: HttpRequest) -> HttpResponse:
    """The visits of a day in their order, each with all that is recorded at its door."""
    user = signed_in_user(request)
    context = day_context(user, _day(request, user))
    return TemplateResponse(request, "collections_app/desk/field_day.html", context)


@requires("visit.record")
@require_POST
@never_cache
def field_address(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Shows the address of a visit in clear for a while; the trail keeps who saw it."""
    user, visit = _mine(request, pk)
    try:
        text = reveal_value(
            value=HiddenValue(visit.party_id, HiddenField.ADDRESS, visit.address_id),
            purpose=RevealPurpose.VISIT,
            portfolio_id=visit.case.portfolio_id,
            reference=str(visit.case_id),
            budget=reveals_per_hour(user.role),
            by=Actor.of(user),
        )
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(_here(visit, user))
    context = day_context(user, _on(visit, user), revealed=(visit.pk, text))
    return TemplateResponse(request, "collections_app/desk/field_day.html", context)


@requires("visit.record")
@require_POST
@never_cache
def field_up(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Makes a visit of one's own day one place earlier: who drives knows the road."""
    user, visit = _mine(request, pk)
    try:
        move_up(visit=visit, by=Actor.of(user))
    except ValidationError as refusal:
        messages.info(request, " ".join(refusal.messages))
    return redirect(_here(visit, user))


@requires("visit.record")
@require_POST
@never_cache
def field_act(request: HttpRequest, pk: UUID, act: str) -> HttpResponse:
    """Records one thing at a door, once, however often it is sent.

    A phone's queue (header `X-Queue`) is answered with the visit's part of the page.
    """
    user, visit = _mine(request, pk)
    form = form_for(act, visit, request.POST, request.FILES)
    if form is None:
        raise Http404
    if form.is_valid() and _is_done(request, form, visit, user):
        if _is_queue(request):
            return _part(request, visit, user)
        return redirect(_here(visit, user))
    if _is_queue(request):
        return _part(request, visit, user, refused=form)
    context = day_context(user, _on(visit, user), refused=form)
    return TemplateResponse(request, "collections_app/desk/field_day.html", context, status=422)


def _is_done(request: HttpRequest, form: FieldForm, visit: Visit, user: User) -> bool:
    """Does what the form says, or says on the form why not."""
    at = form.cleaned_data["at"]
    try:
        if isinstance(form, CheckInForm):
            require_yes(visit=visit, at=at)
        # The act alone is the fingerprint: sent again from a phone that kept only its code, an
        # entry is the same entry.
        answer = once(
            scope=f"visit:{user.pk}",
            key=form.cleaned_data["key"],
            fingerprint=fingerprint_of({"visit": str(visit.pk), "act": form.act}),
            run=lambda: _ACTS[form.act](visit, user, form),
        )
    except VisitRefused as refusal:
        form.add_error(None, _("Do not knock: %(why)s") % {"why": refusal.message})
        return False
    except ValidationError as refusal:
        form.add_refusal(refusal)
        return False
    except KeyReused:
        form.add_error(None, _("This was saved before, in other words; open the page anew."))
        return False
    if not _is_queue(request):
        messages.success(request, answer.result or _("Recorded."))
    return True


def _arrive(visit: Visit, user: User, form: Any) -> str:
    said = form.cleaned_data
    check_in(
        visit=visit,
        agent=user,
        at=said["at"],
        position=form.position(),
        is_recording=said["is_recording"],
        is_at_address=said["is_at_address"],
    )
    return _("Checked in.")


def _report(visit: Visit, user: User, form: Any) -> str:
    said = form.cleaned_data
    report_visit(visit=visit, agent=user, result=said["result"], at=said["at"], note=said["note"])
    return _("Checked out.")


def _photo(visit: Visit, user: User, form: Any) -> str:
    said = form.cleaned_data
    add_photo(
        visit=visit, agent=user, content=said["photo"], shows=said["shows"], taken_at=said["at"]
    )
    return _("The photo is kept.")


def _vehicle(visit: Visit, user: User, form: Any) -> str:
    said = form.cleaned_data
    record_sighting(
        visit=visit,
        agent=user,
        vehicle=said["vehicle"],
        is_seen=said["is_seen"] == "yes",
        at=said["at"],
        condition=said["condition"],
        place=said["place"],
    )
    return _("Recorded.")


def _cash(visit: Visit, user: User, form: Any) -> str:
    said = form.cleaned_data
    take_cash(visit=visit, agent=user, number=said["number"], amount=said["amount"], at=said["at"])
    return _("Recorded. Hand the cash in: until it is posted, nothing is paid.")


def _promise(visit: Visit, user: User, form: Any) -> str:
    said = form.cleaned_data
    # What was promised at the door is recorded whoever has the person on the desk now.
    with suppress(Held, LeaseLost):
        take_up(agent=user, case=visit.case)
    taken = take_promise(
        case=visit.case,
        party=said["who"],
        parts=(Part(said["amount"], said["due_on"], said["method"]),),
        taken_by=user,
        made_at=told_time(said["at"]),
    )
    if taken.approval is not None:
        return _("Asked. Nothing binds until a second person has agreed.")
    return _("The promise is on record.")


def _help(visit: Visit, user: User, form: Any) -> str:
    ask_for_help(visit=visit, agent=user)
    return _("Your lead was told.")


_ACTS = {
    "check_in": _arrive,
    "report": _report,
    "photo": _photo,
    "vehicle": _vehicle,
    "cash": _cash,
    "promise": _promise,
    "help": _help,
}


def _mine(request: HttpRequest, pk: UUID) -> tuple[User, Visit]:
    user = signed_in_user(request)
    rows = Visit.objects.visible_to(user).made_by(user)
    return user, get_object_or_404(
        rows.select_related(
            "case__loan__position", "case__portfolio", "party__data_key", "address", "attempt"
        ),
        pk=pk,
    )


def _part(
    request: HttpRequest, visit: Visit, user: User, refused: FieldForm | None = None
) -> HttpResponse:
    """The visit's part of the page as it stands now; 204 where it left the day."""
    part = visit_part(user, visit, refused=refused)
    if not part:
        return HttpResponse(status=204)
    template = "collections_app/desk/field_visit.html"
    context = {"visit": part, "is_open": True}
    return TemplateResponse(request, template, context, status=422 if refused else 200)


def _is_queue(request: HttpRequest) -> bool:
    return request.headers.get("X-Queue") == "1"


def _day(request: HttpRequest, user: User) -> date:
    try:
        on = parse_date(request.GET.get("on", ""))
    except ValueError:
        on = None
    return on or today_of(user)


def _on(visit: Visit, user: User) -> date:
    return visit.visit_on or today_of(user)


def _here(visit: Visit, user: User) -> str:
    return f"{reverse('desk:field_day')}?on={_on(visit, user)}#visit-{visit.pk}"

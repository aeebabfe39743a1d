"""Somebody calls in: found in seconds, taken up, and logged as a call of theirs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access.decorators import requires, signed_in_user
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.contacts.services import take_call as begin
from collections_app.desk.case_row import case_for
from collections_app.desk.inbound import Found, find_callers
from collections_app.desk.logger import started_call
from collections_app.desk.search_terms import tidy
from collections_app.desk.search_trail import SearchedTooOften
from collections_app.desk.search_views import too_often_text
from collections_app.dialling.flow import CallState
from collections_app.dialling.models import PhoneCall
from collections_app.dialling.queries import calling_number, ringing_for
from collections_app.dialling.services import join_to_contact
from collections_app.worklist.leases import Held, take_up
from compliance.attempts.models import Attempt, Direction, Outcome
from compliance.attempts.services import settle
from core.audit.actors import Actor
from core.idempotency import KeyReused, fingerprint_of, once
from core.ids import uuid7
from loans.borrowers.models import ContactPoint
from loans.contracts.models import LoanParty

_PAGE = "collections_app/desk/inbound.html"


@requires("contact.record")
@require_GET
@never_cache
def inbound(request: HttpRequest) -> HttpResponse:
    """One field for what a caller says of themselves, and who that may be."""
    return _page(request, tidy(request.GET.get("q", "")))


@requires("contact.record")
@require_GET
@never_cache
def incoming(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same page for a call that a telephone system announced, its number filled in."""
    call = ringing_for(signed_in_user(request)).filter(pk=pk).first()
    if call is None:
        messages.info(request, _("This call is over, or somebody else took it."))
        return redirect("desk:inbound")
    asked = request.GET.get("q", calling_number(call))
    return _page(request, tidy(asked), call=call)


def _page(
    request: HttpRequest, text: str, *, call: PhoneCall | None = None, status: int = 200
) -> HttpResponse:
    user = signed_in_user(request)
    refusal = ""
    try:
        found = find_callers(user=user, text=text)
    except SearchedTooOften as refused:
        found, refusal, status = Found([], False, False), too_often_text(refused, user), 429
    context: dict[str, Any] = {
        "here": reverse("desk:incoming", args=[call.pk]) if call else reverse("desk:inbound"),
        "asked": text,
        "callers": found.callers,
        "has_more": found.has_more,
        "is_too_short": found.is_too_short,
        "refusal": refusal,
        "call": call.pk if call is not None else "",
        "is_announced": call is not None,
        "token": str(uuid7()),
        "ringing": [
            {
                "href": reverse("desk:incoming", args=[row.pk]),
                "number": calling_number(row),
                "at": row.started_at,
            }
            for row in ringing_for(user)
            if row.state != CallState.ENDED and (call is None or row.pk != call.pk)
        ],
    }
    return TemplateResponse(request, _PAGE, context, status=status)


@requires("contact.record")
@require_POST
def take_call(request: HttpRequest, pk: UUID, party_pk: UUID) -> HttpResponse:
    """Takes the caller up: the person is the agent's, the call is recorded and waits to be logged.

    409 where somebody else has them; nothing is recorded then.
    """
    user = signed_in_user(request)
    case = _scoped_case(user, pk)
    row = get_object_or_404(
        LoanParty.objects.select_related("party"), loan=case.loan_id, party=party_pk
    )
    here = redirect(f"{reverse('desk:case', args=[case.pk])}#log")
    if started_call(case, user) is not None:
        return here
    try:
        once(
            scope=f"take_call:{user.pk}",
            key=request.POST.get("token", "")[:64] or str(uuid7()),
            fingerprint=fingerprint_of({"case": str(case.pk), "party": str(party_pk)}),
            run=lambda: _begin(request, user, case, row),
        )
    except Held as held:
        messages.error(request, _held_text(held))
        return _page(request, "", status=409)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return _page(request, "", status=422)
    except KeyReused:
        messages.error(request, _("This page was used for another caller. Find this one anew."))
        return _page(request, "", status=409)
    return here


def _begin(request: HttpRequest, user: User, case: Case, row: LoanParty) -> str:
    take_up(agent=user, case=case)
    attempt = begin(case=case, party=row.party, contact_point=_point(request, row), agent=user)
    announced = request.POST.get("call", "")
    if announced:
        call = _announced(user, announced)
        if call is not None:
            join_to_contact(call=call, attempt=attempt, agent=user)
    return str(attempt.pk)


def _point(request: HttpRequest, row: LoanParty) -> ContactPoint | None:
    """The number they call from, where it is one of theirs that is known."""
    asked = request.POST.get("point", "")
    try:
        return ContactPoint.objects.filter(party=row.party_id, pk=UUID(asked)).first()
    except ValueError:
        return None


def _announced(user: User, asked: str) -> PhoneCall | None:
    try:
        return ringing_for(user).filter(pk=UUID(asked)).first()
    except ValueError:
        return None


@requires("contact.record")
@require_POST
def not_them(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It was somebody else after all: the call that was begun counts for nobody."""
    user = signed_in_user(request)
    case = _scoped_case(user, pk)
    attempt: Attempt | None = started_call(case, user)
    if attempt is None or attempt.direction != Direction.INBOUND:
        messages.error(request, _("No call of theirs is open here."))
        return redirect(f"{reverse('desk:case', args=[case.pk])}#log")
    settle(attempt=attempt, outcome=Outcome.NOT_MADE, by=Actor.of(user))
    messages.info(request, _("Taken off their record. Find who is on the line."))
    return redirect("desk:inbound")


def _held_text(held: Held) -> str:
    until = timezone.localtime(held.until)
    return _(
        "%(name)s has this person until %(time)s. Put the call through; nothing was recorded."
    ) % {"name": held.by.get_full_name(), "time": f"{until:%H:%M}"}


def _scoped_case(user: User, pk: UUID) -> Case:
    try:
        return case_for(user, pk)
    except Case.DoesNotExist:
        raise Http404 from None

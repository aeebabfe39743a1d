"""The lead's page of a request for another agent: who asks, why, and who takes the person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access.decorators import requires, signed_in_user
from accounts.models import User
from collections_app.cases.board import people_to_name
from collections_app.cases.models import Case
from collections_app.worklist.another_agent import (
    Asked,
    case_of,
    give_another_agent,
    keep_the_agent,
    proposed_agent,
    requests_seen_by,
    standing_requests,
    stands,
    words_of,
)
from collections_app.worklist.forms import GiveForm
from core import clock
from loans.borrowers.presentation import lang_of, shown_name


@requires("case.assign")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def another_agent(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Gives the person to somebody else, or leaves them and says why; once."""
    user = signed_in_user(request)
    asked = _asked(user, pk)
    form = _form(request, asked, user)
    if request.method != "POST":
        return _page(request, asked, form, status=200)
    keeps = request.POST.get("decision") == "keep"
    if keeps:
        form.fields["to"].required = False
    if form.is_valid() and (done := _decide(form, asked, user, keeps=keeps)):
        messages.success(request, done)
        return redirect("worklist:another_agent", pk=pk)
    return _page(request, _asked(user, pk), form, status=422)


def _decide(form: GiveForm, asked: Asked, user: User, *, keeps: bool) -> str:
    """Returns what to say once it is done; nothing where it was refused, which the form says."""
    data = form.cleaned_data
    try:
        if keeps:
            keep_the_agent(approval=asked.approval, reason=data["reason"], by=user)
            return _("They stay where they are; who asked is told why.")
        give_another_agent(approval=asked.approval, to=data["to"], reason=data["reason"], by=user)
    except PermissionDenied as refusal:
        form.add_error(None, str(refusal) or _("You may not decide this."))
    except ValidationError as refusal:
        form.add_refusal(refusal)
    else:
        return _("%(name)s has this person from now on.") % {"name": data["to"].get_full_name()}
    return ""


def _asked(user: User, pk: UUID) -> Asked:
    rows = requests_seen_by(user).select_related("requested_by__team", "decided_by", "requested_by")
    approval = get_object_or_404(rows, pk=pk)
    try:
        return Asked(approval, case_of(approval, user))
    except Case.DoesNotExist:
        raise Http404 from None


def _form(request: HttpRequest, asked: Asked, user: User) -> GiveForm:
    people = people_to_name(user).exclude(pk__in=[asked.approval.requested_by_id])
    first = proposed_agent(asked) if request.method != "POST" else None
    return GiveForm(request.POST or None, people=people, first=first)


def _page(request: HttpRequest, asked: Asked, form: GiveForm, *, status: int) -> HttpResponse:
    user, approval = signed_in_user(request), asked.approval
    may_decide = stands(asked) and approval.requested_by_id != user.pk
    words = words_of(approval)
    context: dict[str, Any] = {
        **request_line(asked, user),
        "case_href": reverse("desk:case", args=[asked.case.pk]),
        "words": {"text": words, "lang": lang_of(words)},
        "lapses_at": approval.expires_at,
        "status_name": _standing(asked),
        "decider": _person(approval.decided_by),
        "decided_at": approval.closed_at,
        "answer": {"text": approval.reason, "lang": lang_of(approval.reason)},
        "assignee": _person(asked.case.assignee),
        "form": form if may_decide else None,
        "floor_href": reverse("desk:floor"),
    }
    template = "collections_app/worklist/another_agent.html"
    return TemplateResponse(request, template, context, status=status)


def _standing(asked: Asked) -> str:
    if asked.approval.is_pending and not stands(asked):
        return _("Settled otherwise: the case is over, or somebody moved it.")
    return str(asked.approval.get_status_display())


def request_line(asked: Asked, user: User) -> dict[str, Any]:
    """Returns one request in words: who asks, about whom, why, since when."""
    zone = clock.zone_of(user.time_zone)
    case = asked.case
    return {
        "href": reverse("worklist:another_agent", args=[asked.approval.pk]),
        "asker": _person(asked.approval.requested_by),
        "asked_at": asked.approval.requested_at.astimezone(zone),
        "reason": asked.reason,
        "contract_no": case.loan.contract_no,
        "borrower": {"name": shown_name(case.borrower), "lang": lang_of(case.borrower.full_name)},
    }


def requests_context(user: User) -> dict[str, Any]:
    """Returns what `worklist/asked_for.html` shows of the requests that wait."""
    return {"asked_for": [request_line(asked, user) for asked in standing_requests(user)]}


def _person(user: User | None) -> dict[str, str]:
    name = user.get_full_name() if user else ""
    return {"text": name, "lang": lang_of(name)}

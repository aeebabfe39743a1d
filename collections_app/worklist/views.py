"""Next, and what an agent does with the person it brought: go on, pass on, keep."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access.decorators import requires, signed_in_user
from accounts.models import User
from collections_app.worklist.forms import SkipForm
from collections_app.worklist.going_on import go_on
from collections_app.worklist.lease_line import line_of
from collections_app.worklist.lease_models import Lease
from collections_app.worklist.lease_rows import lease_by_token
from collections_app.worklist.leases import (
    LeaseLost,
    Nothing,
    renew,
    skip,
    what_waits,
)
from core import clock
from loans.borrowers.presentation import lang_of, shown_name


@requires("worklist.claim")
@require_POST
def next_person(request: HttpRequest) -> HttpResponse:
    """Claims the next person and leads to their case; with nobody to claim, to why."""
    return go_on(request, signed_in_user(request))


@requires("worklist.claim")
@require_safe
@never_cache
def nothing(request: HttpRequest) -> HttpResponse:
    """Why there is nobody to claim: from when there will be, who waits, what else can be done."""
    user = signed_in_user(request)
    found = what_waits(agent=user)
    context: dict[str, Any] = {
        "waiting": found.waiting,
        "held": found.held,
        "skipped": found.skipped,
        "opens": _opens(found, user),
        "claim_href": reverse("worklist:next"),
        "list_href": reverse("desk:my_cases"),
        "search_href": reverse("desk:search"),
    }
    return TemplateResponse(request, "collections_app/worklist/nothing.html", context)


@requires("worklist.claim")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def skip_person(request: HttpRequest, token: UUID) -> HttpResponse:
    """Asks why the person is passed on; then the next one comes."""
    user = signed_in_user(request)
    lease = _own_lease(user, token)
    form = SkipForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                skip(agent=user, lease_token=token, **form.cleaned_data)
            except LeaseLost as lost:
                form.add_error(None, lost_text(lost))
                status = 409
            except ValidationError as refusal:
                form.add_error(None, refusal)
            else:
                messages.success(request, _("Skipped; your lead can see why."))
                return go_on(request, user)
    context = {
        "form": form,
        "case_href": reverse("desk:case", args=[lease.case_id]),
        "contract_no": lease.case.loan.contract_no,
        "borrower": {"name": shown_name(lease.party), "lang": lang_of(lease.party.full_name)},
        "another_agent_href": reverse("desk:another_agent", args=[lease.case_id]),
        "until": f"{lease.expires_at.astimezone(clock.zone_of(user.time_zone)):%H:%M}",
    }
    return TemplateResponse(request, "collections_app/worklist/skip.html", context, status=status)


@requires("worklist.claim")
@require_POST
@never_cache
def renew_lease(request: HttpRequest, token: UUID) -> HttpResponse:
    """Gives the lease its five minutes again because something is being done; answers the line."""
    user = signed_in_user(request)
    template = "collections_app/worklist/lease_line.html"
    try:
        lease = renew(lease_token=token, agent=user)
    except LeaseLost as lost:
        _own_lease(user, token)
        holder = lost.holder.get_full_name() if lost.holder else ""
        context = line_of(None, user, lost_to=holder)
        return TemplateResponse(request, template, context, status=409)
    return TemplateResponse(request, template, line_of(lease, user))


def lost_text(lost: LeaseLost) -> str:
    """Says that a person is no longer the agent's, and whose they are."""
    if lost.holder is None:
        return _("Your time with this person is over. What you typed is kept.")
    name = {"name": lost.holder.get_full_name()}
    return _("%(name)s has this person now. What you typed is kept.") % name


def _own_lease(user: User, token: UUID) -> Lease:
    lease = lease_by_token(token=token, agent=user)
    if lease is None:
        raise Http404
    return lease


def _opens(found: Nothing, user: User) -> str:
    if found.workable_from is None:
        return ""
    zone = clock.zone_of(user.time_zone)
    at, now = found.workable_from.astimezone(zone), clock.local_now(zone)
    if at.date() == now.date():
        return f"{at:%H:%M}"
    return f"{at:%Y-%m-%d %H:%M}"

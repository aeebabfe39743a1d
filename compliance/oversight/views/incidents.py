"""Incidents: which are open and whose, one of them, taking it, handing it on, concluding it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access.decorators import has_right, requires, signed_in_user
from compliance.attempts.incidents import conclude_incident, take_incident
from compliance.attempts.models import Incident
from compliance.oversight.forms import ConcludeForm, HandOverForm, IncidentFilterForm
from compliance.oversight.incident_page import incident_context
from compliance.oversight.incident_queries import counts_of, incidents_of, owners_for
from compliance.oversight.measures import Kind
from compliance.oversight.pages import frame, known, listed, portfolios_of
from core.audit import Actor
from core.idempotency import KeyReused, fingerprint_of, once
from core.pages.parts import Tab


@requires("compliance.view")
@require_GET
@never_cache
def incident_list(request: HttpRequest) -> HttpResponse:
    """Open incidents, the oldest first, or concluded ones, the latest first."""
    user = signed_in_user(request)
    form = known(IncidentFilterForm(request.GET, portfolios=portfolios_of(request)))
    filters = form.filters()
    here = reverse("oversight:incidents")
    still_open, concluded = counts_of(user=user, filters=filters)
    context = {
        **frame(request, "oversight:incidents"),
        **listed(
            request,
            kind=Kind.INCIDENT,
            rows=incidents_of(user=user, filters=filters),
            at="closed_at" if filters.is_closed else "opened_at",
            is_oldest_first=not filters.is_closed,
            address=f"{here}?{filters.query_string()}",
        ),
        "lists": [
            Tab(
                _("Open"),
                f"{here}?{filters.query_string(show='open')}",
                not filters.is_closed,
                still_open,
            ),
            Tab(
                _("Concluded"),
                f"{here}?{filters.query_string(show='closed')}",
                filters.is_closed,
                concluded,
            ),
        ],
        "filter_form": form,
        "is_filtered": filters.is_narrowed,
        "list_href": here,
    }
    return TemplateResponse(request, "compliance/oversight/incidents.html", context)


@requires("compliance.view")
@require_GET
@never_cache
def incident(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One incident: the contact, what was said about it, whose it is, what was found."""
    return _page(request, _scoped(request, pk))


@requires("incident.manage")
@require_POST
def take(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Makes somebody the owner: oneself, or the person chosen. The same again changes nothing."""
    found = _scoped(request, pk)
    user = signed_in_user(request)
    form = HandOverForm(request.POST, people=owners_for(found))
    if not form.is_valid():
        return _page(request, found, hand_form=form, status=422)
    owner = form.cleaned_data["owner"]
    if found.owner_id != owner.pk:
        try:
            take_incident(incident=found, owner=owner, by=Actor.of(user))
        except ValidationError as refusal:
            form.add_error(None, refusal)
            return _page(request, found, hand_form=form, status=422)
    messages.success(request, _("It is with %(name)s now.") % {"name": owner.get_full_name()})
    return redirect("oversight:incident", pk=pk)


@requires("incident.manage")
@require_POST
def conclude(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Closes the incident with what was found and done; the same entry once."""
    found = _scoped(request, pk)
    user = signed_in_user(request)
    form = ConcludeForm(request.POST)
    if not form.is_valid():
        return _page(request, found, conclude_form=form, status=422)
    conclusion = form.cleaned_data["conclusion"]
    try:
        once(
            scope=f"conclude_incident:{user.pk}",
            key=form.cleaned_data["token"],
            fingerprint=fingerprint_of({"incident": str(pk), "conclusion": conclusion}),
            run=lambda: _conclude(found, conclusion, Actor.of(user)),
        )
    except ValidationError as refusal:
        form.add_error(None, refusal)
    except KeyReused:
        form.add_error(None, _("This was saved before, in other words; open the page anew."))
    if form.errors:
        return _page(request, found, conclude_form=form, status=422)
    messages.success(request, _("Concluded."))
    return redirect("oversight:incident", pk=pk)


def _conclude(found: Incident, conclusion: str, by: Actor) -> str:
    return str(conclude_incident(incident=found, conclusion=conclusion, by=by).pk)


def _scoped(request: HttpRequest, pk: UUID) -> Incident:
    rows: QuerySet[Incident] = Incident.objects.visible_to(signed_in_user(request))
    return get_object_or_404(
        rows.select_related("attempt__party", "attempt__portfolio", "owner"), pk=pk
    )


def _page(
    request: HttpRequest,
    found: Incident,
    *,
    hand_form: HandOverForm | None = None,
    conclude_form: ConcludeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    may_manage = has_right(request.user, "incident.manage") and found.closed_at is None
    context: dict[str, Any] = {
        **frame(request, "oversight:incidents"),
        **incident_context(found),
        "list_href": reverse("oversight:incidents"),
        "me": str(signed_in_user(request).pk),
        "may_manage": may_manage,
        "may_take": may_manage and found.owner_id != signed_in_user(request).pk,
        "take_href": reverse("oversight:take_incident", args=[found.pk]),
        "conclude_href": reverse("oversight:conclude_incident", args=[found.pk]),
    }
    if may_manage:
        context["hand_form"] = hand_form or HandOverForm(people=owners_for(found))
        context["conclude_form"] = conclude_form or ConcludeForm.fresh()
    return TemplateResponse(request, "compliance/oversight/incident.html", context, status=status)

"""Overrides: what waits for a second person, the whole brief of one, and the decision."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access.decorators import requires, signed_in_user
from compliance.overrides.models import Override
from compliance.overrides.services import decide_override
from compliance.oversight.forms import DecideForm
from compliance.oversight.measures import Kind
from compliance.oversight.override_page import may_decide, override_context
from compliance.oversight.override_queries import LISTS, counts_of, overrides_of
from compliance.oversight.pages import frame, listed, read_portfolio
from core.audit import Actor
from core.idempotency import KeyReused, fingerprint_of, once
from core.pages.parts import Tab


@requires("compliance.view")
@require_GET
@never_cache
def override_list(request: HttpRequest) -> HttpResponse:
    """Overrides by where they stand: waiting, granted, used, refused or lapsed."""
    user = signed_in_user(request)
    form = read_portfolio(request)
    show = request.GET.get("show", "")
    show = show if show in LISTS else next(iter(LISTS))
    here = reverse("oversight:overrides")
    portfolio = form.portfolio_id
    narrowed = f"&portfolio={portfolio}" if portfolio else ""
    counts = counts_of(user=user, portfolio=portfolio)
    context = {
        **frame(request, "oversight:overrides"),
        **listed(
            request,
            kind=Kind.OVERRIDE,
            rows=overrides_of(user=user, portfolio=portfolio, show=show),
            at="asked_at",
            is_oldest_first=show == "waiting",
            address=f"{here}?show={show}{narrowed}",
        ),
        "lists": [
            Tab(label, f"{here}?show={name}{narrowed}", name == show, counts[name])
            for name, label in LISTS.items()
        ],
        "filter_form": form,
        "show": show,
        "is_filtered": portfolio is not None,
        "list_href": here,
    }
    return TemplateResponse(request, "compliance/oversight/overrides.html", context)


@requires("compliance.view")
@require_GET
@never_cache
def override(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One override: who asks for what, every rule against it, on what ground."""
    return _page(request, _scoped(request, pk))


@requires("override.decide")
@require_POST
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Says yes or no, with a reason, once."""
    found = _scoped(request, pk)
    user = signed_in_user(request)
    form = DecideForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    entry = {"override": str(pk), **form.cleaned_data}
    try:
        once(
            scope=f"decide_override:{user.pk}",
            key=form.cleaned_data["token"],
            fingerprint=fingerprint_of(entry),
            run=lambda: _decide(found, form.cleaned_data, Actor.of(user)),
        )
    except ValidationError as refusal:
        form.add_error(None, refusal)
    except KeyReused:
        form.add_error(None, _("This was saved before, in other words; open the page anew."))
    if form.errors:
        return _page(request, _scoped(request, pk), form=form, status=422)
    granted = form.cleaned_data["decision"] == "grant"
    messages.success(request, _("Granted.") if granted else _("Refused."))
    return redirect("oversight:override", pk=pk)


def _decide(found: Override, entry: dict[str, Any], by: Actor) -> str:
    decided = decide_override(
        override=found, approve=entry["decision"] == "grant", reason=entry["reason"], by=by
    )
    return str(decided.pk)


def _scoped(request: HttpRequest, pk: UUID) -> Override:
    rows = Override.objects.visible_to(signed_in_user(request)).select_related(
        "party",
        "portfolio",
        "contact_point",
        "verdict",
        "approval__requested_by",
        "approval__decided_by",
        "attempt",
    )
    return get_object_or_404(rows, pk=pk)


def _page(
    request: HttpRequest, found: Override, *, form: DecideForm | None = None, status: int = 200
) -> HttpResponse:
    user = signed_in_user(request)
    context = {
        **frame(request, "oversight:overrides"),
        **override_context(found, user),
        "list_href": reverse("oversight:overrides"),
        "decide_href": reverse("oversight:decide_override", args=[found.pk]),
    }
    if may_decide(found, user):
        context["form"] = form or DecideForm.fresh()
    return TemplateResponse(request, "compliance/oversight/override.html", context, status=status)

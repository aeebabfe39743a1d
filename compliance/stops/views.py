"""Holds of portfolios: the list, the preview of a new one, setting and lifting."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access.decorators import has_right, requires, signed_in_user
from compliance.navigation import compliance_tabs
from compliance.registers.entries import Entry, answer, posted
from compliance.registers.wording import ended, moment_text, said
from compliance.stops import services
from compliance.stops.forms import LiftForm, PortfolioHoldForm
from compliance.stops.models import Stop
from compliance.stops.queries import holds_of_portfolios, silenced_by_hold
from core import clock
from core.audit.actors import Actor
from loans.borrowers.presentation import lang_of
from loans.portfolios.models import Portfolio

_PREVIEW = "compliance/stops/hold_preview.html"
_SET = gettext_lazy("The portfolio is on hold. Nobody in it is contacted until it ends.")


@requires("stop.view")
@require_GET
@never_cache
def holds(request: HttpRequest) -> HttpResponse:
    """The holds of portfolios: in force, to come and over."""
    user = signed_in_user(request)
    may_manage = has_right(user, "hold.manage")
    return TemplateResponse(
        request,
        "compliance/stops/holds.html",
        {
            "compliance_tabs": compliance_tabs(user, "holds:list"),
            "rows": [_row(stop, may_manage=may_manage) for stop in holds_of_portfolios(user)],
            "new_href": reverse("holds:new") if may_manage else "",
        },
    )


@requires("hold.manage")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def preview(request: HttpRequest) -> HttpResponse:
    """Asks which portfolio and until when, and says whom that would silence. Writes nothing."""
    form = _form(request, posted(request))
    if form.is_bound:
        form.full_clean()
        if not form["reason"].data:
            form.errors.pop("reason", None)  # asked for when it is set, not while looking
    context = _preview_context(form)  # which may refuse the day
    status = 422 if form.errors else 200
    return TemplateResponse(request, _PREVIEW, context, status=status)


@requires("hold.manage")
@require_POST
def set_hold(request: HttpRequest) -> HttpResponse:
    """Holds the portfolio, once however often it is sent."""
    form = _form(request, request.POST)
    entry = Entry(
        template=_PREVIEW,
        form=form,
        save=lambda by: _hold(form, by),
        done=str(_SET),
        next_href=reverse("holds:list"),
    )
    form.is_valid()
    entry.context.update(_preview_context(form))
    return answer(request, entry)


@requires("hold.manage")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def lift(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ends a hold before its day."""
    stop = get_object_or_404(holds_of_portfolios(signed_in_user(request)), pk=pk)
    form = LiftForm(posted(request))
    return answer(
        request,
        Entry(
            template="compliance/stops/hold_lift.html",
            form=form,
            save=lambda by: services.lift_stop(
                stop=stop, reason=form.cleaned_data["reason"], by=by
            ),
            done=_("The hold is lifted."),
            next_href=reverse("holds:list"),
            context={"hold": _row(stop, may_manage=False), "list_href": reverse("holds:list")},
        ),
    )


def _hold(form: PortfolioHoldForm, by: Actor) -> Stop:
    data = form.cleaned_data
    return services.hold(
        portfolio=data["portfolio"], until=form.ends_at(), reason=data["reason"], by=by
    )


def _form(request: HttpRequest, data: Any) -> PortfolioHoldForm:
    visible = Portfolio.objects.visible_to(signed_in_user(request)).filter(is_active=True)
    return PortfolioHoldForm(data, portfolios=visible)


def _preview_context(form: PortfolioHoldForm) -> dict[str, Any]:
    """Whom the hold would silence and until when; nothing while something is missing."""
    context: dict[str, Any] = {
        "form": form,
        "list_href": reverse("holds:list"),
        "preview_href": reverse("holds:new"),
        "set_href": reverse("holds:set"),
        "silenced": None,
    }
    known = getattr(form, "cleaned_data", {})
    if known.get("portfolio") and known.get("until"):
        portfolio: Portfolio = known["portfolio"]
        ends_at = form.ends_at()
        if ends_at <= clock.now():
            _refuse(form, _("A hold ends in the future. Choose a later day."))
            return context
        silenced = context["silenced"] = silenced_by_hold(portfolio)
        context["people"] = f"{silenced.people:,}"
        context["late_people"] = f"{silenced.late_people:,}"
        context["portfolio"] = {"name": portfolio.name, "lang": lang_of(portfolio.name)}
        context["opens"] = moment_text(ends_at, ZoneInfo(portfolio.time_zone))
    return context


def _refuse(form: forms.Form, sentence: str) -> None:
    if "until" not in form.errors:
        form.add_error("until", ValidationError(sentence))


def _row(stop: Stop, *, may_manage: bool) -> dict[str, Any]:
    """One hold: of what, why, from when until when, by whom, and how it ended."""
    portfolio = stop.portfolio
    assert portfolio is not None
    zone, now = ZoneInfo(portfolio.time_zone), clock.now()
    is_over = stop.lifted_at is not None or (stop.ends_at is not None and stop.ends_at <= now)
    state, name = ("done", _("ended")) if is_over else ("running", _("in force"))
    if stop.lifted_at is not None:
        state, name = "waiting", _("lifted")
    return {
        "portfolio": portfolio.name,
        "lang": lang_of(portfolio.name),
        "reason": said(stop.source),
        "since": moment_text(stop.starts_at, zone),
        "until": moment_text(stop.ends_at, zone) if stop.ends_at else "",
        "set_by": said(stop.set_by),
        "state": state,
        "state_name": name,
        "lifted": ended(moment_text(stop.lifted_at, zone), stop.lifted_by, stop.lifted_reason)
        if stop.lifted_at
        else None,
        "lift_href": reverse("holds:lift", args=[stop.pk]) if may_manage and not is_over else "",
    }

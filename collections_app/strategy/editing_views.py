"""Writing a version in the browser, proposing it, and the second person's decision."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access.decorators import requires, signed_in_user
from accounts.approvals import deciding
from accounts.approvals.forms import DecisionForm
from collections_app.strategy import services
from collections_app.strategy.editor import Editor
from collections_app.strategy.models import StrategyVersion
from collections_app.strategy.queries import standing_of, versions_of
from collections_app.strategy.version_page import version_context
from collections_app.strategy.views import version_for
from core import clock
from core.audit.actors import Actor
from loans.portfolios.models import Portfolio

_PAGE = "collections_app/strategy/write.html"


@requires("strategy.change")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def write(request: HttpRequest, portfolio_pk: UUID) -> HttpResponse:
    """Writes the next version, beginning from another; its lines move by buttons."""
    user = signed_in_user(request)
    portfolio = get_object_or_404(Portfolio.objects.visible_to(user), pk=portfolio_pk)
    base = _base(portfolio, request.GET.get("from", ""))
    data = request.POST if request.method == "POST" else None
    editor = Editor(portfolio=portfolio, data=data, base=base)
    status = 200
    if data is not None and not editor.act(data.get("act", "")):
        if (kept := _kept(editor, Actor.of(user))) is not None:
            messages.success(request, _("Kept as a draft. Look at it and propose it."))
            return _see(kept)
        status = 422
    context = {
        "portfolio": portfolio,
        "base": base,
        "editor": editor,
        "back_href": reverse("strategy:strategy", args=[portfolio.pk]),
    }
    return TemplateResponse(request, _PAGE, context, status=status)


@requires("strategy.change")
@require_POST
def propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks a second person to activate a draft."""
    user = signed_in_user(request)
    found = version_for(user, pk)
    deciding.propose(request, lambda: services.propose_strategy(version=found, by=Actor.of(user)))
    return _see(found)


@requires("strategy.approve")
@require_POST
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The second person's yes or no."""
    user = signed_in_user(request)
    found = version_for(user, pk)
    form = DecisionForm(request.POST)
    is_yes = request.POST.get("decision") == "activate"
    if deciding.is_decided(
        request,
        form,
        lambda reason: services.decide_strategy(
            version=found, activate=is_yes, reason=reason, by=Actor.of(user)
        ),
        done=_("In force.") if is_yes else _("Sent back as a draft."),
    ):
        return _see(found)
    context: dict[str, Any] = version_context(found, user=user, asked_day={})
    context["decision_form"] = form
    return TemplateResponse(request, "collections_app/strategy/version.html", context, status=422)


def _kept(editor: Editor, by: Actor) -> StrategyVersion | None:
    """The draft that was kept, or None with the problems on the editor."""
    if not editor.is_valid():
        return None
    try:
        return services.write_strategy(portfolio=editor.portfolio, draft=editor.draft(), by=by)
    except ValidationError as refused:
        editor.refuse(refused)
        return None


def _base(portfolio: Portfolio, wanted: str) -> StrategyVersion | None:
    """The version to begin from: the one named, else the one in force, else the newest."""
    versions = versions_of(portfolio)
    named = next((v for v in versions if str(v.version) == wanted), None)
    in_force = standing_of(portfolio, clock.local_today(portfolio.time_zone)).in_force
    return named or in_force or (versions[0] if versions else None)


def _see(version: StrategyVersion) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("strategy:version", args=[version.pk]), status=303)

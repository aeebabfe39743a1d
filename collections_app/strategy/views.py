"""Strategies in the browser: all portfolios, one version as a table, what differs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access.decorators import has_right, requires, signed_in_user
from accounts.models import User
from collections_app.strategy.differences import difference
from collections_app.strategy.flow import StrategyStatus
from collections_app.strategy.models import StrategyVersion
from collections_app.strategy.queries import standing_of, standings, versions_of
from collections_app.strategy.version_page import version_context, version_line
from core import clock
from loans.portfolios.models import Portfolio
from notifications.oversight.navigation import message_tabs


@requires("strategy.view")
@require_safe
def strategy_list(request: HttpRequest) -> HttpResponse:
    """Every portfolio with what plans there, what begins later and what waits for somebody."""
    user = signed_in_user(request)
    rows = standings(user=user, on=clock.now().date())
    context = {
        "message_tabs": message_tabs(user, "strategy:list"),
        "rows": [_standing_row(row) for row in rows],
    }
    return TemplateResponse(request, "collections_app/strategy/list.html", context)


@requires("strategy.view")
@require_safe
@never_cache
def strategy(request: HttpRequest, portfolio_pk: UUID) -> HttpResponse:
    """One portfolio: the version in force, or the newest, and all its versions."""
    user = signed_in_user(request)
    portfolio = get_object_or_404(Portfolio.objects.visible_to(user), pk=portfolio_pk)
    standing = standing_of(portfolio, clock.local_today(portfolio.time_zone))
    versions = versions_of(portfolio)
    shown = standing.in_force or (versions[0] if versions else None)
    if shown is not None:
        return _version_page(request, user, shown)
    context = {"portfolio": portfolio, "write_href": write_href(user, portfolio)}
    context |= {"back_href": reverse("strategy:list")}
    return TemplateResponse(request, "collections_app/strategy/none.html", context)


@requires("strategy.view")
@require_safe
@never_cache
def version(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One version as a table, with what a day would bring and, where it waits, the decision."""
    user = signed_in_user(request)
    return _version_page(request, user, version_for(user, pk))


@requires("strategy.view")
@require_safe
def version_difference(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A version beside another one of the same portfolio, the one in force unless chosen."""
    user = signed_in_user(request)
    new = version_for(user, pk)
    portfolio = new.strategy.portfolio
    versions = versions_of(portfolio)
    chosen = request.GET.get("with", "")
    in_force = standing_of(portfolio, clock.local_today(portfolio.time_zone)).in_force
    old = next((v for v in versions if str(v.version) == chosen), in_force)
    context = {
        "portfolio": portfolio,
        "new": version_line(new, None),
        "old": version_line(old, None) if old else None,
        "choices": [v.version for v in versions if v.pk != new.pk],
        "difference": difference(old, new),
        "back_href": reverse("strategy:version", args=[new.pk]),
    }
    return TemplateResponse(request, "collections_app/strategy/difference.html", context)


def version_for(user: User, pk: UUID) -> StrategyVersion:
    """Returns a version the user may see; 404 for any other."""
    found: StrategyVersion = get_object_or_404(
        StrategyVersion.objects.visible_to(user).select_related(
            "strategy__portfolio__bucket_scheme", "approval__requested_by", "approval__decided_by"
        ),
        pk=pk,
    )
    return found


def write_href(user: User, portfolio: Portfolio) -> str:
    """Returns where a new version is written; nothing for who may not."""
    if not has_right(user, "strategy.change"):
        return ""
    return reverse("strategy:write", args=[portfolio.pk])


def _version_page(request: HttpRequest, user: User, shown: StrategyVersion) -> HttpResponse:
    context = version_context(shown, user=user, asked_day=request.GET)
    return TemplateResponse(request, "collections_app/strategy/version.html", context)


def _standing_row(row: Any) -> dict[str, Any]:
    waiting = [v for v in row.open if v.status == StrategyStatus.PROPOSED]
    return {
        "name": row.portfolio.name,
        "code": row.portfolio.code,
        "href": reverse("strategy:strategy", args=[row.portfolio.pk]),
        "in_force": row.in_force,
        "lines": row.in_force.lines.count() if row.in_force else 0,
        "next": row.next,
        "open": [
            {
                "name": str(v),
                "href": reverse("strategy:version", args=[v.pk]),
                "waits": v in waiting,
                "status": v.get_status_display(),
            }
            for v in row.open
        ],
    }

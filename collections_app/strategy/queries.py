"""Reads of strategies for their pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from accounts.models import User
from collections_app.strategy.flow import StrategyStatus
from collections_app.strategy.models import StrategyLine, StrategyVersion
from collections_app.strategy.planning import version_in_force
from loans.portfolios.models import Portfolio


@dataclass(frozen=True, slots=True)
class Standing:
    """A portfolio, what plans there today, what begins later and what somebody works on."""

    portfolio: Portfolio
    in_force: StrategyVersion | None
    next: StrategyVersion | None
    open: Sequence[StrategyVersion]


def standings(*, user: User, on: date) -> list[Standing]:
    """Returns how things stand in every portfolio the user sees, in order of their names."""
    portfolios = Portfolio.objects.visible_to(user).filter(is_active=True).order_by("name")
    return [standing_of(portfolio, on) for portfolio in portfolios]


def standing_of(portfolio: Portfolio, on: date) -> Standing:
    """Returns how things stand in one portfolio."""
    versions = versions_of(portfolio)
    current = version_in_force(portfolio, on)
    later = [v for v in versions if v.status == StrategyStatus.ACTIVE and v.effective_from > on]
    unfinished = (StrategyStatus.DRAFT, StrategyStatus.PROPOSED)
    return Standing(
        portfolio,
        current,
        later[0] if later else None,
        [version for version in versions if version.status in unfinished],
    )


def versions_of(portfolio: Portfolio) -> list[StrategyVersion]:
    """Returns every version of a portfolio's strategy, the newest first."""
    return list(
        StrategyVersion.objects.filter(strategy__portfolio=portfolio)
        .select_related("strategy__portfolio", "approval__requested_by", "approval__decided_by")
        .order_by("-version")
    )


def lines_of(version: StrategyVersion) -> QuerySet[StrategyLine]:
    """Returns a version's lines in their order, with what is shown of them."""
    return (
        version.lines.select_related("template").prefetch_related("products").order_by("position")
    )

"""What one reader may report on, and the choices of the filters; a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Max, Q, QuerySet

from accounts.access.decorators import has_right
from accounts.access.rights import Role
from accounts.access.scope import asker, asker_of
from accounts.models import Team, User
from core.statements.kept import KeptStatement
from loans.portfolios.models import BucketRange, Portfolio, Product
from reporting.dashboards.periods import ONE_DAY, Period
from reporting.dashboards.report_filter import Books
from reporting.rollups.models import BookDay

_HOLDERS = (Role.AGENT, Role.FIELD_AGENT, Role.LEGAL_OFFICER, Role.TEAM_LEAD)


@dataclass(frozen=True, slots=True)
class BucketName:
    """A bucket as it is shown: its code, and how severe it is (0 is current)."""

    code: str
    severity: int
    from_days: int


@dataclass(frozen=True, slots=True)
class ReportScope:
    """Portfolios, products, people and buckets that a reader may choose from."""

    user: User
    portfolios: Sequence[Portfolio]
    products: Sequence[Product]
    agents: Sequence[User]
    buckets: Sequence[BucketRange]
    is_team_only: bool

    @property
    def currencies(self) -> list[str]:
        return sorted({portfolio.currency for portfolio in self.portfolios})

    @property
    def teams(self) -> list[Team]:
        found = {agent.team_id: agent.team for agent in self.agents if agent.team is not None}
        return sorted(found.values(), key=lambda team: team.name)

    def of_currency(self, currency: str) -> list[Portfolio]:
        return [one for one in self.portfolios if one.currency == currency]

    def buckets_of(self, portfolios: Sequence[Portfolio]) -> list[BucketName]:
        """Returns the buckets of some portfolios, each code once, from current to worst."""
        schemes = {one.bucket_scheme_id for one in portfolios}
        names: dict[str, BucketName] = {}
        for row in self.buckets:
            if row.scheme_id in schemes and row.code not in names:
                names[row.code] = BucketName(row.code, row.severity, row.from_days)
        return sorted(names.values(), key=lambda name: (name.from_days, name.code))


def load_scope(user: User) -> ReportScope:
    """Returns what a reader may report on; four queries."""
    is_team_only, who = not has_right(user, "case.view_all"), asker_of(user)
    return ReportScope(
        user=user,
        portfolios=_PORTFOLIOS.rows(**who),
        products=_PRODUCTS.rows(**who),
        agents=_AGENTS.rows(team=user.team_id, is_team_only=is_team_only),
        buckets=_BUCKETS.rows(),
        is_team_only=is_team_only,
    )


def _portfolios(**who: Any) -> QuerySet[Portfolio]:
    return Portfolio.objects.visible_to(asker(**who)).order_by("code")


def _products(**who: Any) -> QuerySet[Product]:
    found = Product.objects.visible_to(asker(**who)).select_related("portfolio")
    return found.order_by("portfolio__code", "code")


def _agents(team: UUID | None, is_team_only: bool) -> QuerySet[User]:
    people: QuerySet[User] = User.objects.filter(role__in=_HOLDERS, team__isnull=False)
    if is_team_only:
        people = people.filter(team=team)
    # Names only: a floor has hundreds of people, and each page reads all of them.
    named = people.select_related("team").only("full_name", "team__name")
    return named.order_by("full_name", "pk")


_PORTFOLIOS: Final = KeptStatement(_portfolios)
_PRODUCTS: Final = KeptStatement(_products)
_AGENTS: Final = KeptStatement(_agents)
_BUCKETS: Final = KeptStatement(lambda: BucketRange.objects.order_by("from_days", "code"))


def last_closed_day(portfolios: Sequence[Portfolio]) -> dt.date:
    """Returns the day before the furthest business date: the last one closed anywhere."""
    active = [one for one in portfolios if one.is_active] or list(portfolios)
    return max(one.business_date for one in active) - ONE_DAY


def books_of(*, portfolios: Sequence[Portfolio], period: Period) -> list[Books]:
    """Returns which close of each portfolio a report shows, and those a week and a month before.

    The latest close on or before the end of the period; where no close was taken on the day
    looked for, the nearest one before it. Portfolios without any are left out. One query.
    """
    week, month = period.end - 7 * ONE_DAY, period.end - 30 * ONE_DAY
    rows = (
        BookDay.objects.filter(portfolio__in=[one.pk for one in portfolios])
        .order_by()
        .values("portfolio_id")
        .annotate(
            latest=Max("on"),
            as_of=Max("on", filter=Q(on__lte=period.end)),
            week_ago=Max("on", filter=Q(on__lte=week)),
            month_ago=Max("on", filter=Q(on__lte=month)),
            code=F("portfolio__code"),
        )
        .order_by("code")
    )
    return [
        Books(row["portfolio_id"], row["as_of"], row["week_ago"], row["month_ago"], row["latest"])
        for row in rows
        if row["as_of"] is not None
    ]


def names_of_agents(scope: ReportScope) -> Mapping[UUID, User]:
    """Returns the people who can hold cases by their id."""
    return {agent.pk: agent for agent in scope.agents}

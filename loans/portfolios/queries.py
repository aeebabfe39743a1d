"""Reading portfolios: who may see which, how they count, and whether their feeds are fresh."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.apps import apps
from django.db.models import Count, Q, QuerySet

from accounts.access.rights import ALL_PORTFOLIO_ROLES
from accounts.models import Team, User
from core.calendars import WorkingDays
from core.calendars import load as load_calendar
from loans.delinquency.conventions import Conventions
from loans.portfolios.models import FeedWatermark, Portfolio, PortfolioGrant, Product
from loans.portfolios.product_conventions import combine, read_conventions


def portfolio_ids(user: User) -> QuerySet[Portfolio, UUID]:
    """Returns the ids of the portfolios the user may see, as a subquery."""
    return Portfolio.objects.visible_to(user).order_by().values_list("pk", flat=True)


def conventions_of(product: Product) -> Conventions:
    """Returns how loans of this product are replayed and aged; two queries at most."""
    ranges = list(product.portfolio.bucket_scheme.ranges.all())
    return combine(
        portfolio=product.portfolio,
        ranges=ranges,
        product=read_conventions(product.conventions),
    )


def conventions_by_product(product_ids: Collection[UUID]) -> dict[UUID, Conventions]:
    """Returns the conventions of many products in two queries."""
    products = (
        Product.objects.filter(pk__in=product_ids)
        .select_related("portfolio__bucket_scheme")
        .prefetch_related("portfolio__bucket_scheme__ranges")
    )
    return {product.pk: conventions_of(product) for product in products}


def working_days_of(portfolio: Portfolio) -> WorkingDays | None:
    """Returns the portfolio's holiday calendar, or None where it has none."""
    calendar = portfolio.holiday_calendar
    return None if calendar is None else load_calendar(calendar.code)


def watermark_of(*, portfolio: Portfolio, feed: str) -> dt.date | None:
    """Returns the day through which the feed is complete; None: it never came."""
    return (
        FeedWatermark.objects.filter(portfolio=portfolio, feed=feed)
        .values_list("through_on", flat=True)
        .first()
    )


def is_feed_current(*, portfolio: Portfolio, feed: str, on: dt.date) -> bool:
    """Says whether the feed is young enough on `on` to talk to people about their payments."""
    through_on = watermark_of(portfolio=portfolio, feed=feed)
    return through_on is not None and (on - through_on).days <= portfolio.feed_limit_days


def granted_to(portfolio: Portfolio | UUID) -> Q:
    """The condition that somebody, or their team, was granted a portfolio; for users."""
    return _who_holds(PortfolioGrant.objects.filter(portfolio=portfolio))


def granted_any_of(portfolios: QuerySet[Portfolio]) -> Q:
    """The condition that somebody, or their team, was granted one of the portfolios; for users."""
    return _who_holds(PortfolioGrant.objects.filter(portfolio__in=portfolios))


def _who_holds(grants: QuerySet[PortfolioGrant]) -> Q:
    return Q(pk__in=grants.exclude(user=None).values("user")) | Q(
        team__in=grants.exclude(team=None).values("team")
    )


def grantable_teams() -> QuerySet[Team]:
    """Returns the teams that a portfolio may be granted to."""
    return Team.objects.filter(is_active=True).order_by("name")


def grantable_users() -> QuerySet[User]:
    """Returns the people a portfolio may be granted to: those who do not see all anyway."""
    people: QuerySet[User] = User.objects.filter(is_active=True).exclude(
        role__in=ALL_PORTFOLIO_ROLES
    )
    return people.order_by("full_name")


@dataclass(frozen=True, slots=True)
class PortfolioSummary:
    """A portfolio of the list: its loans, and its feeds with their age on its business date."""

    portfolio: Portfolio
    loan_count: int
    feeds: tuple[FeedWatermark, ...]


def portfolio_summaries(user: User) -> list[PortfolioSummary]:
    """Returns the portfolios a person may see with loans and feeds; three queries."""
    found = list(Portfolio.objects.visible_to(user).select_related("bucket_scheme"))
    counts = dict(
        apps.get_model("loans", "Loan")
        ._default_manager.filter(portfolio__in=found, withdrawn_at__isnull=True)
        .order_by()
        .values_list("portfolio")
        .annotate(Count("pk"))
    )
    feeds: dict[UUID, list[FeedWatermark]] = {}
    for mark in FeedWatermark.objects.filter(portfolio__in=found).order_by("feed"):
        feeds.setdefault(mark.portfolio_id, []).append(mark)
    return [
        PortfolioSummary(row, counts.get(row.pk, 0), tuple(feeds.get(row.pk, ()))) for row in found
    ]

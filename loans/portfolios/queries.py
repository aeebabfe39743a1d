"""Reading portfolios: who may see which, how they count, and whether their feeds are fresh."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from core.calendars import WorkingDays
from core.calendars import load as load_calendar
from loans.delinquency.conventions import Conventions
from loans.portfolios.models import FeedWatermark, Portfolio, Product
from loans.portfolios.product_conventions import combine, read_conventions

if TYPE_CHECKING:
    from accounts.models import User


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

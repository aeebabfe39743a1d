"""Lets the days of a portfolio pass: money comes in, feeds arrive, books are closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from uuid import UUID

from collections_app.close.services import close
from config.demo_data.player import Player
from core.audit import SYSTEM
from core.facts.topics import drain
from loans.delinquency.models import PositionChange
from loans.portfolios.models import Portfolio
from loans.portfolios.services import set_watermark

Say = Callable[[str], None]
ONE_DAY = dt.timedelta(days=1)
#: The feed of a portfolio whose books are kept elsewhere.
REPAYMENTS = "repayments"


def pass_days(
    *,
    portfolio: Portfolio,
    player: Player,
    ids: Mapping[str, UUID],
    today: dt.date,
    say: Say,
    feed_through: dt.date | None = None,
) -> None:
    """Closes every day from the business date up to yesterday; the books then stand on today.

    `feed_through`: the last day for which the lender's file came; None for books kept here.
    """
    day = Portfolio.objects.get(pk=portfolio.pk).business_date
    while day <= today:
        player.play(through=day, ids=ids)
        if feed_through is not None:
            set_watermark(
                portfolio=portfolio,
                feed=REPAYMENTS,
                through_on=min(day, feed_through),
                by=SYSTEM,
            )
        drain(PositionChange.TOPIC)
        if day < today:
            close(portfolio=portfolio, on=day, by=SYSTEM)
        day += ONE_DAY
        player.portfolio = Portfolio.objects.get(pk=portfolio.pk)
    say(f"{portfolio.code}: books on {player.portfolio.business_date}")

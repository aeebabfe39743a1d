"""Lets the days of a portfolio pass: money comes in, feeds arrive, books are closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from uuid import UUID

from collections_app.close.models import CloseDone
from collections_app.close.services import close
from config.demo_data.player import Player
from core.audit import SYSTEM
from core.facts.topics import drain
from loans.delinquency.models import PositionChange
from loans.portfolios.models import Portfolio
from loans.portfolios.services import set_watermark
from reporting.rollups.services import take_book

Say = Callable[[str], None]
ONE_DAY = dt.timedelta(days=1)
#: The feed of a portfolio whose books are kept elsewhere.
REPAYMENTS = "repayments"
#: Days before the books are opened here whose figures are made from the history that was brought
#: along, so that a manager can compare with a month ago on the first morning.
EARLIER_DAYS = (22, 15, 8)


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
    opened = Portfolio.objects.get(pk=portfolio.pk)
    day = opened.business_date
    for days in EARLIER_DAYS:
        take_book(portfolio=opened, on=day - days * ONE_DAY)
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
            drain(CloseDone.TOPIC)
        day += ONE_DAY
        player.portfolio = Portfolio.objects.get(pk=portfolio.pk)
    say(f"{portfolio.code}: books on {player.portfolio.business_date}")

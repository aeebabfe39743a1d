"""rebuild_rollups: the figures of the dashboards made anew from lines and facts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from loans.portfolios.models import Portfolio
from reporting.rollups.models import BookDay
from reporting.rollups.services import rebuild, rebuild_events


class Command(BaseCommand):
    help = "Make the dashboards' figures anew: events from their facts, sums from their lines."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--portfolio", help="its code (default: every portfolio)")
        parser.add_argument("--date", type=dt.date.fromisoformat, help="YYYY-MM-DD; one day only")

    def handle(self, *args: Any, **options: Any) -> None:
        portfolios = Portfolio.objects.order_by("code")
        if options["portfolio"]:
            portfolios = portfolios.filter(code=options["portfolio"])
            if not portfolios:
                raise CommandError(f"There is no portfolio {options['portfolio']}.")
        for portfolio in portfolios:
            days = [options["date"]] if options["date"] else _days(portfolio)
            try:
                for day in days:
                    rebuild(portfolio=portfolio, on=day)
            except ValueError as refusal:
                raise CommandError(str(refusal)) from None
            rebuild_events(portfolio=portfolio)
            self.stdout.write(f"{portfolio.code}: {len(days)} days and all events")


def _days(portfolio: Portfolio) -> list[dt.date]:
    """The days whose books were taken, or that of the last close where none was."""
    taken = BookDay.objects.filter(portfolio=portfolio).order_by("on").values_list("on", flat=True)
    return list(taken) or [portfolio.business_date - dt.timedelta(days=1)]

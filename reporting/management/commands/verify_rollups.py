"""verify_rollups: every figure of the dashboards against the rows it is made of."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from loans.portfolios.models import Portfolio
from reporting.rollups.verification import verify


class Command(BaseCommand):
    help = "Compare the dashboards' sums with their lines and the lines with the facts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--portfolio", help="its code (default: every portfolio)")

    def handle(self, *args: Any, **options: Any) -> None:
        portfolios = Portfolio.objects.order_by("code")
        if options["portfolio"]:
            portfolios = portfolios.filter(code=options["portfolio"])
            if not portfolios:
                raise CommandError(f"There is no portfolio {options['portfolio']}.")
        total = 0
        for portfolio in portfolios:
            for checked in verify(portfolio=portfolio):
                total += checked.differences
                self.stdout.write(
                    f"{portfolio.code}: {checked.what}: {checked.differences} differences"
                )
        if total:
            self.stdout.write(f"{total} differences; rebuild_rollups makes the figures anew.")
            sys.exit(1)

"""Recomputes every position from its facts and compares it with what is stored."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from loans.delinquency.verification import verify_portfolio
from loans.portfolios.models import Portfolio


class Command(BaseCommand):
    help = (
        "Recomputes positions, instalments, allocations and bucket history from the facts and "
        "prints every difference to what is stored. Exit status 1 if there is any."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--portfolio", help="code of one portfolio; all of them if not given")

    def handle(self, *args: Any, **options: Any) -> None:
        portfolios = Portfolio.objects.all()
        if options["portfolio"]:
            portfolios = portfolios.filter(code=options["portfolio"])
            if not portfolios:
                known = ", ".join(Portfolio.objects.values_list("code", flat=True)) or "none"
                raise CommandError(f"No portfolio {options['portfolio']}; there are: {known}.")
        total = 0
        for portfolio in portfolios:
            mismatches = verify_portfolio(portfolio=portfolio)
            for mismatch in mismatches:
                self.stdout.write(f"{portfolio.code}: {mismatch}")
            loans = portfolio.loans.count()
            self.stdout.write(f"{portfolio.code}: {loans} loans, {len(mismatches)} differences")
            total += len(mismatches)
        if total:
            raise CommandError(f"{total} figures differ from the facts.", returncode=1)

"""Sets our days past due beside those the lender states, loan by loan and day by day."""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from loans.delinquency.comparison import Agreement, agreement_of, compare_days_past_due
from loans.portfolios.models import Ledger, Portfolio

_COLUMNS = (
    "contract_no",
    "on",
    "ours",
    "stated",
    "difference",
    "same_bucket",
    "same_instalment",
    "reason",
)


class Command(BaseCommand):
    help = (
        "Compare our days past due with those the lender states, for books kept here. Prints how "
        "many agree and why the others do not; --to writes every line."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--portfolio", required=True, metavar="CODE")
        parser.add_argument("--to", type=Path, metavar="FILE", help="a CSV file of every line")

    def handle(self, *args: Any, **options: Any) -> None:
        portfolio = Portfolio.objects.filter(code=options["portfolio"]).first()
        if portfolio is None:
            known = ", ".join(Portfolio.objects.values_list("code", flat=True)) or "none yet"
            raise CommandError(f"There is no portfolio {options['portfolio']}; there are: {known}.")
        if portfolio.ledger != Ledger.MAKEGOOD:
            raise CommandError(
                f"The lender keeps the books of {portfolio.code}: its statements are believed, so "
                "there is nothing to compare. Import the history into a portfolio of "
                "--ledger makegood."
            )
        comparisons = list(compare_days_past_due(portfolio=portfolio))
        if options["to"]:
            with options["to"].open("w", encoding="utf-8", newline="") as out:
                writer = csv.writer(out)
                writer.writerow(_COLUMNS)
                for row in comparisons:
                    writer.writerow([getattr(row, name) for name in _COLUMNS])
        self._report(portfolio, agreement_of(comparisons))

    def _report(self, portfolio: Portfolio, found: Agreement) -> None:
        loans = portfolio.loans.count()
        self.stdout.write(
            f"{portfolio.code}: {found.compared} statements of {loans} loans compared"
        )
        for label, number in (
            ("same day", found.same_days),
            ("at most 3 days apart", found.within_three),
            ("at most 15 days apart", found.within_half_a_month),
            ("same oldest unpaid instalment", found.same_instalment),
            ("same bucket", found.same_bucket),
            ("current in both", found.both_current),
            ("late in both", found.both_late),
        ):
            self.stdout.write(f"  {label}: {number} ({_share(number, found.compared)})")
        differing = found.compared - found.same_days
        self.stdout.write(f"  days differ: {differing}")
        for reason, number in found.reasons.most_common():
            self.stdout.write(f"    {reason}: {number}")


def _share(part: int, whole: int) -> str:
    return f"{part * 1000 // whole / 10} %" if whole else "-"

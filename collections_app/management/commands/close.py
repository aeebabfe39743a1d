"""Closes the books of a portfolio by hand."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from collections_app.close.models import CloseRun
from collections_app.close.queries import step_results
from collections_app.close.services import catch_up, close
from core.audit.actors import SYSTEM
from core.locks import LockBusy
from loans.portfolios.models import Portfolio


class Command(BaseCommand):
    help = "Close one business date of a portfolio; with --catch-up every day up to it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--portfolio", required=True, metavar="CODE")
        parser.add_argument("--date", required=True, metavar="YYYY-MM-DD", type=_day)
        parser.add_argument("--catch-up", action="store_true", help="close the missed days first")

    def handle(self, *args: Any, **options: Any) -> None:
        portfolio = Portfolio.objects.filter(code=options["portfolio"]).first()
        if portfolio is None:
            known = ", ".join(Portfolio.objects.values_list("code", flat=True)) or "none yet"
            raise CommandError(f"There is no portfolio {options['portfolio']!r}; known: {known}.")
        act = catch_up if options["catch_up"] else _one_day
        try:
            key = "through" if options["catch_up"] else "on"
            runs = act(portfolio=portfolio, by=SYSTEM, **{key: options["date"]})
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        except LockBusy as busy:
            raise CommandError(f"Another process is closing {portfolio.code}.") from busy
        if not runs:
            self.stdout.write(f"{portfolio.code}: {options['date']} is closed already.")
        for run in runs:
            self._report(portfolio, run)

    def _report(self, portfolio: Portfolio, run: CloseRun) -> None:
        self.stdout.write(f"{portfolio.code} {run.business_date}: {run.get_state_display()}")
        for step in step_results(scope=portfolio.code, business_date=run.business_date):
            counts = ", ".join(f"{name} {number}" for name, number in sorted(step.counts.items()))
            self.stdout.write(f"  {step.name}: {step.state} {counts}")


def _one_day(*, portfolio: Portfolio, by: Any, on: date) -> list[CloseRun]:
    return [close(portfolio=portfolio, on=on, by=by)]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text!r} is not a date; write it as 2026-11-23.") from None

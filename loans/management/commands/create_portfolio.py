"""Opens a portfolio with one product, so that a lender's files can be imported into it."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.audit import SYSTEM
from core.calendars.models import HolidayCalendar
from loans.portfolios.models import Ledger
from loans.portfolios.refusals import Refused
from loans.portfolios.schemes import STANDARD_SCHEMES
from loans.portfolios.services import (
    PortfolioSettings,
    create_portfolio,
    create_product,
    ensure_standard_scheme,
)

_SCHEMES = {scheme.code: scheme for scheme in STANDARD_SCHEMES}


class Command(BaseCommand):
    help = "Open a portfolio with one product; its other settings are changed in the admin."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code")
        parser.add_argument("--name", default="", help="the code, if not given")
        parser.add_argument("--ledger", required=True, choices=Ledger.values)
        parser.add_argument("--currency", required=True, metavar="ISO")
        parser.add_argument("--country", required=True, metavar="ISO")
        parser.add_argument("--time-zone", required=True, metavar="AREA/CITY")
        parser.add_argument("--language", default="en")
        parser.add_argument(
            "--business-date", required=True, type=date.fromisoformat, metavar="YYYY-MM-DD"
        )
        parser.add_argument("--buckets", required=True, choices=sorted(_SCHEMES))
        parser.add_argument("--calendar", default="", metavar="CODE", help="holiday calendar")
        parser.add_argument("--rule-pack", action="append", default=[], metavar="CODE")
        parser.add_argument(
            "--tolerance-fraction",
            default="0",
            metavar="FRACTION",
            help="an instalment counts as satisfied when at most this part of it is open",
        )
        parser.add_argument("--product", default="standard", help="code of its product")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            portfolio = create_portfolio(
                code=options["code"],
                name=options["name"] or options["code"],
                ledger=options["ledger"],
                currency=options["currency"],
                country=options["country"],
                time_zone=options["time_zone"],
                language=options["language"],
                business_date=options["business_date"],
                bucket_scheme=ensure_standard_scheme(
                    scheme=_SCHEMES[options["buckets"]], by=SYSTEM
                ),
                settings=PortfolioSettings(
                    holiday_calendar=_calendar(options["calendar"]),
                    rule_packs=tuple(options["rule_pack"]),
                    tolerance_fraction=_fraction(options["tolerance_fraction"]),
                ),
                by=SYSTEM,
            )
            create_product(
                portfolio=portfolio, code=options["product"], name=options["product"], by=SYSTEM
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{portfolio.code}: open, books on {portfolio.business_date}")


def _fraction(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise CommandError(f"{text!r} is not a fraction; write it as 0.1.") from None


def _calendar(code: str) -> HolidayCalendar | None:
    if not code:
        return None
    found = HolidayCalendar.objects.filter(code=code).first()
    if found is None:
        known = ", ".join(HolidayCalendar.objects.values_list("code", flat=True)) or "none yet"
        raise CommandError(f"There is no calendar {code}; there are: {known}.")
    return found

"""Seventy-two real loans from public filings, imported as a lender's file is."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Final

from collections_app.close.services import close
from config.demo_data.history import Say
from config.demo_data.staff import Staff
from core.audit import SYSTEM
from core.calendars.models import HolidayCalendar
from core.facts.topics import drain
from loans.delinquency.models import PositionChange
from loans.imports.requests import ImportRequest
from loans.imports.services import import_file
from loans.portfolios.models import Ledger, Portfolio
from loans.portfolios.schemes import US_30
from loans.portfolios.services import (
    PortfolioSettings,
    change_portfolio,
    create_portfolio,
    create_product,
    ensure_standard_scheme,
    grant_portfolio,
)

CODE: Final = "americredit"
FILE: Final = Path(__file__).parent / "data" / "americredit_72_loans_monthly.csv"

#: The flat file numbers its loans in a column of its own.
HEADERS: Final = {"id": "asset_number", "assetNumber": ""}


class DemoDataBroken(RuntimeError):
    """The file that comes with the product could not be imported."""


def load(*, staff: Staff, say: Say) -> Portfolio:
    """Imports the filings and closes the books on the last month end they report."""
    last = last_month_end(FILE)
    portfolio = create_portfolio(
        code=CODE,
        name="AmeriCredit 2016 to 2020 (real loans, public filings)",
        ledger=Ledger.EXTERNAL,
        currency="USD",
        country="US",
        time_zone="America/Chicago",
        business_date=last,
        bucket_scheme=ensure_standard_scheme(scheme=US_30, by=SYSTEM),
        by=SYSTEM,
        settings=PortfolioSettings(
            holiday_calendar=HolidayCalendar.objects.get(code="US"),
            rule_packs=("US-REGF", "US-TCPA"),
        ),
    )
    create_product(
        portfolio=portfolio, code="simple-interest", name="Simple interest, monthly", by=SYSTEM
    )
    for address in ("maria", "ben"):
        grant_portfolio(portfolio=portfolio, user=staff.users[address], by=SYSTEM)
    outcome = import_file(
        request=ImportRequest(
            portfolio=portfolio,
            kind="abs_ee",
            path=FILE,
            file_name=FILE.name,
            headers=HEADERS,
        ),
        by=SYSTEM,
    )
    if outcome.is_refused:
        raise DemoDataBroken(outcome.summary())
    close(portfolio=portfolio, on=last, by=SYSTEM)
    drain(PositionChange.TOPIC)
    say(f"{CODE}: {outcome.batch.row_count:,} monthly records of real loans imported")
    return change_portfolio(
        portfolio=portfolio,
        changes={"is_active": False},
        by=SYSTEM,
        reason="The filings end here; no later day is to be closed.",
    )


def last_month_end(path: Path) -> dt.date:
    """Returns the last day that any row of the file reports."""
    with path.open(encoding="utf-8", newline="") as file:
        return max(
            dt.date.fromisoformat(row["reportingPeriodEndingDate"]) for row in csv.DictReader(file)
        )

"""Reading values out of a conformance case, refusing what is missing or unknown."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from loans.contracts.terms import Period, PeriodUnit

Case = Mapping[str, Any]

_UNITS = {
    "DAYS": PeriodUnit.DAY,
    "WEEKS": PeriodUnit.WEEK,
    "MONTHS": PeriodUnit.MONTH,
    "YEARS": PeriodUnit.YEAR,
}


class NotExpressible(Exception):
    """The case needs something that terms do not say; the reason is for the report."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_date(loan: Case, key: str) -> dt.date:
    if not loan.get(key):
        raise NotExpressible(f"the loan has no {key}")
    return dt.date.fromisoformat(loan[key])


def read_number(loan: Case, key: str) -> Decimal:
    if loan.get(key) is None:
        raise NotExpressible(f"the loan has no {key}")
    return Decimal(str(loan[key]))


def read_fraction(loan: Case, key: str) -> Decimal:
    return read_number(loan, key) / 100


def read_period(loan: Case) -> Period:
    stated = loan.get("period_unit")
    if stated is None:
        raise NotExpressible("the loan has no period_unit")
    unit = _UNITS.get(stated)
    if unit is None:
        raise NotExpressible(f"period unit {stated!r} is unknown")
    return Period(unit, int(loan.get("every") or 1))

"""What a file, a form or the API says about a loan, before it is checked and stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from loans.contracts.terms import ScheduledInstalment, Terms
from loans.portfolios.models import Product


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatoryRow:
    """Who stands in which role to the loan."""

    party_id: UUID
    role: str = "borrower"
    relationship: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleRow:
    """One car as its source describes it."""

    vin: str = ""
    plate: str = ""
    make: str = ""
    model: str = ""
    model_year: int | None = None
    condition: str = ""
    value_amount: Decimal | None = None
    valued_on: dt.date | None = None
    insurer: str = ""
    insured_until: dt.date | None = None
    gps_device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanRow:
    """A loan to open.

    `schedule` as the lender states it wins over `terms`; with neither, the lender's position gives
    what is owed. Amounts are in the currency of the portfolio.
    """

    contract_no: str
    product: Product
    started_on: dt.date
    principal_amount: Decimal
    parties: tuple[SignatoryRow, ...]
    terms: Terms | None = None
    schedule: tuple[ScheduledInstalment, ...] = ()
    vehicles: tuple[VehicleRow, ...] = ()
    region: str = ""
    attributes: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRow:
    """A schedule the lender states for a loan that is already here."""

    contract_no: str
    instalments: tuple[ScheduledInstalment, ...]
    value_on: dt.date
    external_ref: str = ""
    reason: str = ""

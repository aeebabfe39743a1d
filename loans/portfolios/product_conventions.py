"""What a product's JSON may say, and how it joins the portfolio's settings to one `Conventions`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from loans.delinquency.conventions import (
    AllocationOrder,
    Bucket,
    BucketDays,
    Conventions,
    LateChargePolicy,
    PauseCounting,
    PositionPolicy,
)
from loans.delinquency.orders import ALLOCATION_ORDERS
from loans.portfolios.models import BucketRange, Ledger, Portfolio
from loans.portfolios.refusals import Refused
from loans.portfolios.stored_settings import read_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductConventions:
    """The settings of one product. Empty ones take the portfolio's, or the trade's usual choice.

    `allocation` names a known order; `allocation_order` spells out another one.
    """

    allocation: str = "oldest_first"
    allocation_order: AllocationOrder | None = None
    tolerance_amount: Decimal | None = None
    tolerance_fraction: Decimal | None = None
    grace_reduces_delinquent_days: bool = False
    pause_counting: PauseCounting = PauseCounting.AFTER_DUE
    pending_counts: bool = False
    stated_positions: PositionPolicy | None = None
    late_charges: LateChargePolicy = field(default_factory=LateChargePolicy)
    closing_tolerance: Decimal = Decimal("0.00")
    money_unit: Decimal = Decimal("0.01")


def read_conventions(stored: Mapping[str, Any]) -> ProductConventions:
    """Reads a product's JSON. Raises Refused for an unknown setting, value or allocation order."""
    read = read_settings(ProductConventions, stored, where="product conventions")
    if read.allocation_order is None and read.allocation not in ALLOCATION_ORDERS:
        known = ", ".join(sorted(ALLOCATION_ORDERS))
        raise Refused(
            "allocation_unknown",
            f"There is no allocation order {read.allocation!r}; choose one of: {known}.",
        )
    if read.money_unit <= 0:
        raise Refused("setting_invalid", "The money unit must be above zero, such as 0.01.")
    return read


def combine(
    *, portfolio: Portfolio, ranges: Sequence[BucketRange], product: ProductConventions
) -> Conventions:
    """Joins the settings of a portfolio, its bucket scheme and a product for replay and summary."""
    tolerance = product.tolerance_amount
    fraction = product.tolerance_fraction
    believed = (
        PositionPolicy.REBASE if portfolio.ledger == Ledger.EXTERNAL else PositionPolicy.COMPARE
    )
    return Conventions(
        allocation=product.allocation_order or ALLOCATION_ORDERS[product.allocation],
        due_day_counts=portfolio.due_day_counts,
        tolerance_amount=portfolio.tolerance_amount if tolerance is None else tolerance,
        tolerance_fraction=portfolio.tolerance_fraction if fraction is None else fraction,
        grace_days=portfolio.grace_days,
        grace_reduces_delinquent_days=product.grace_reduces_delinquent_days,
        pause_counting=product.pause_counting,
        buckets=tuple(
            Bucket(code=spec.code, min_days=spec.from_days, max_days=spec.to_days)
            for spec in sorted(ranges, key=lambda spec: spec.from_days)
        ),
        bucket_days=BucketDays(portfolio.bucket_basis),
        pending_counts=product.pending_counts,
        stated_positions=product.stated_positions or believed,
        late_charges=product.late_charges,
        closing_tolerance=product.closing_tolerance,
        money_unit=product.money_unit,
    )

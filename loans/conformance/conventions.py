"""Translation of a conformance case's conventions into the settings of a product."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from loans.conformance.terms import NotExpressible
from loans.delinquency.amounts import ZERO
from loans.delinquency.conventions import (
    OLDEST_FIRST,
    AllocationOrder,
    Bucket,
    BucketDays,
    Conventions,
    InAdvance,
    LateChargeKind,
    LateChargePolicy,
    PauseCounting,
)
from loans.delinquency.facts import RepaymentKind
from loans.delinquency.orders import (
    BY_LATENESS,
    BY_LATENESS_VERTICAL,
    DUE_ONLY,
    DUE_THEN_PRINCIPAL,
    FEES_LAST,
)

Case = Mapping[str, Any]

_ORDERS = {
    "PENALTIES_FEES_INTEREST_PRINCIPAL_ORDER": OLDEST_FIRST,
    "DUE_PENALTY_FEE_INTEREST_PRINCIPAL_IN_ADVANCE_PRINCIPAL_PENALTY_FEE_INTEREST": (
        DUE_THEN_PRINCIPAL
    ),
    "DUE_PENALTY_INTEREST_PRINCIPAL_FEE_IN_ADVANCE_PENALTY_INTEREST_PRINCIPAL_FEE": FEES_LAST,
    "oldest instalment first; inside an instalment late fee > interest > principal": DUE_ONLY,
}
_IN_ADVANCE = {
    "NEXT_INSTALLMENT": InAdvance.NEXT_INSTALMENT,
    "LAST_INSTALLMENT": InAdvance.LAST_INSTALMENT,
    "REAMORTIZATION": InAdvance.SPREAD,
}
_KINDS = {
    "GOODWILL_CREDIT": RepaymentKind.GOODWILL_CREDIT,
    "MERCHANT_ISSUED_REFUND": RepaymentKind.MERCHANT_REFUND,
    "PAYOUT_REFUND": RepaymentKind.PAYOUT_REFUND,
}


def conventions_of(case: Case) -> Conventions:
    """The settings under which the case's source counts. Raises NotExpressible with the reason."""
    stated = case.get("conventions") or {}
    return Conventions(
        allocation=_allocation(stated),
        due_day_counts="due day counts as 1" in str(stated.get("dpd", "")),
        grace_days=int(stated.get("grace_days_on_arrears") or 0),
        grace_reduces_delinquent_days="- grace" in str(stated.get("dpd", "")),
        pause_counting=PauseCounting.ALL,
        buckets=tuple(_bucket(b) for b in stated.get("buckets") or ()),
        bucket_days=BucketDays.DELINQUENT_DAYS,
        late_charges=_late_charges(case, stated),
    )


def _allocation(stated: Case) -> AllocationOrder:
    name = stated.get("allocation")
    if name is None:
        return OLDEST_FIRST
    if name == "ADVANCED_PAYMENT_ALLOCATION":
        return _advanced(str(stated["allocation_text"]))
    if name not in _ORDERS:
        raise NotExpressible(f"allocation '{name}' is not a product's order")
    return _ORDERS[name]


def _advanced(text: str) -> AllocationOrder:
    """The order whose in-advance rules the source spells out per kind of transaction."""
    base = BY_LATENESS_VERTICAL if "vertical processing" in text else BY_LATENESS
    rules = dict(
        part.replace("'", "").split(": ")
        for part in text[text.index("{") + 1 : text.index("}")].split(", ")
    )
    return AllocationOrder(
        code=base.code,
        steps=base.steps,
        walk=base.walk,
        in_advance=_IN_ADVANCE[rules.pop("DEFAULT")],
        in_advance_by_kind={_KINDS[kind]: _IN_ADVANCE[rule] for kind, rule in rules.items()},
    )


def _bucket(row: Case) -> Bucket:
    return Bucket(code=row["code"], min_days=row["min"], max_days=row["max"])


def _late_charges(case: Case, stated: Case) -> LateChargePolicy:
    rates = (case.get("loan") or {}).get("late_rates")
    if not rates or stated.get("fees_waived"):
        return LateChargePolicy()
    whole = "late fee of each instalment rounded half-up" in str(stated.get("rounding"))
    return LateChargePolicy(
        kind=LateChargeKind.DAILY_RATES,
        initial_amount_rate=_rate(rates, "initial_amount"),
        outstanding_principal_rate=_rate(rates, "outstanding_principal"),
        overdue_principal_rate=_rate(rates, "overdue_principal"),
        overdue_interest_rate=_rate(rates, "overdue_interest"),
        unit=Decimal(1) if whole else Decimal("0.01"),
    )


def _rate(rates: Case, name: str) -> Decimal:
    return Decimal(str(rates.get(name) or ZERO))

"""Reading repayments with what became of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from loans.repayments.models import (
    Repayment,
    RepaymentState,
    RepaymentStateChange,
    Reversal,
    ReversibleKind,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRepayment:
    """A repayment and how it stands now."""

    id: int
    loan_id: UUID
    contract_no: str
    portfolio: str
    currency: str
    amount: Decimal
    value_on: dt.date
    kind: str
    method: str
    external_ref: str
    state: str
    is_reversed: bool
    known_at: dt.datetime


def standing(*, repayments: Sequence[Repayment]) -> list[StandingRepayment]:
    """Returns the repayments, in their order, with their fate; two queries.

    Arguments: repayments with loan and portfolio joined. A return outweighs a settlement.
    """
    ids = [repayment.pk for repayment in repayments]
    changes: dict[int, set[str]] = {}
    for pk, state in RepaymentStateChange.objects.filter(repayment__in=ids).values_list(
        "repayment_id", "state"
    ):
        changes.setdefault(pk, set()).add(state)
    gone = set(
        Reversal.objects.filter(of_kind=ReversibleKind.REPAYMENT, of_id__in=ids).values_list(
            "of_id", flat=True
        )
    )
    return [_standing(row, changes.get(row.pk, set()), row.pk in gone) for row in repayments]


def _standing(row: Repayment, changes: set[str], is_reversed: bool) -> StandingRepayment:
    state = row.state
    for later in (RepaymentState.SETTLED.value, RepaymentState.RETURNED.value):
        if later in changes:
            state = later
    return StandingRepayment(
        id=row.pk,
        loan_id=row.loan_id,
        contract_no=row.loan.contract_no,
        portfolio=row.loan.portfolio.code,
        currency=row.loan.portfolio.currency,
        amount=row.amount,
        value_on=row.value_on,
        kind=row.kind,
        method=row.method,
        external_ref=row.external_ref,
        state=state,
        is_reversed=is_reversed,
        known_at=row.known_at,
    )

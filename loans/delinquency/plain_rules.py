"""The conventions of a product as they bear on loans with nothing but a schedule and repayments."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from loans.delinquency.amounts import Component
from loans.delinquency.conventions import (
    AllocationOrder,
    BucketDays,
    Conventions,
    InAdvance,
    Stage,
    Walk,
)
from loans.delinquency.facts import RepaymentKind
from loans.delinquency.summary import bucket_code

_CENT: Final = Decimal("0.01")
_INDEX: Final = {Component.PRINCIPAL: 0, Component.INTEREST: 1, Component.FEE: 2}
#: Stages that lead from the oldest instalment to the newest and leave none out.
_WHOLE_WALKS: Final = frozenset(
    {
        (Stage.ANY,),
        (Stage.DUE, Stage.IN_ADVANCE),
        (Stage.PAST_DUE, Stage.DUE_TODAY, Stage.IN_ADVANCE),
    }
)


@dataclass(frozen=True, slots=True)
class PlainRules:
    """What the conventions of a product say about plain loans, and what was worked out so far."""

    conventions: Conventions
    #: Which part of an instalment is paid first: indices of principal, interest, fee.
    order: tuple[int, ...]
    tolerated_cents: Decimal
    #: Days from which on another bucket begins, in ascending order.
    bounds: tuple[int, ...]
    #: What is added to the days between the due date and a day to count the days past due.
    first_day: int
    codes: dict[int, str] = field(default_factory=dict)
    #: Bucket and next transition by business date, oldest unpaid and next due date.
    ageing: dict[tuple[date, str | None, str | None], tuple[str, date | None]] = field(
        default_factory=dict
    )

    def code(self, days: int) -> str:
        """The bucket of so many days."""
        code = self.codes.get(days)
        if code is None:
            code = self.codes[days] = bucket_code(days, self.conventions)
        return code


def rules_of(conventions: Conventions) -> PlainRules | None:
    """Returns the rules for plain loans of a product; None where money goes other ways."""
    order = _one_order(conventions.allocation)
    is_simple = not conventions.closing_tolerance and not conventions.tolerance_fraction
    if order is None or not is_simple or conventions.money_unit != _CENT:
        return None
    first_day = 1 if conventions.due_day_counts else 0
    is_graced = conventions.bucket_days is BucketDays.DELINQUENT_DAYS
    if is_graced and conventions.grace_reduces_delinquent_days:
        first_day -= conventions.grace_days
    return PlainRules(
        conventions=conventions,
        order=order,
        tolerated_cents=conventions.tolerance_amount * 100,
        bounds=tuple(sorted({b.min_days for b in conventions.buckets if b.min_days > 0})),
        first_day=first_day,
    )


def _one_order(allocation: AllocationOrder) -> tuple[int, ...] | None:
    """The order of the parts where money walks from the oldest instalment to the newest."""
    components = {step.components for step in allocation.steps}
    stages = tuple(step.stage for step in allocation.steps)
    rule = allocation.in_advance_for(RepaymentKind.REGULAR)
    if (
        allocation.walk is not Walk.HORIZONTAL
        or rule is not InAdvance.NEXT_INSTALMENT
        or stages not in _WHOLE_WALKS
        or len(components) != 1
    ):
        return None
    order = tuple(_INDEX[each] for each in components.pop() if each in _INDEX)
    return order if sorted(order) == [0, 1, 2] else None

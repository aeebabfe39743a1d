"""Where the money of one repayment goes, by the product's order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from loans.delinquency.amounts import ZERO, Component
from loans.delinquency.conventions import (
    AllocationOrder,
    AllocationStep,
    InAdvance,
    Stage,
    Walk,
)
from loans.delinquency.facts import RepaymentKind
from loans.delinquency.instalments import INDEX, OpenInstalment

#: Sums by component that went to an instalment, by the instalment's number.
Shares = dict[int, list[Decimal]]
_Limit = Callable[[OpenInstalment, int], Decimal]


class Allocator:
    """Puts money towards instalments (sorted by due date) in one order, to one unit of money."""

    __slots__ = ("_order", "_steps", "_unit")

    def __init__(self, *, order: AllocationOrder, unit: Decimal) -> None:
        self._order = order
        self._unit = unit
        self._steps = [(step, _indices(step.components)) for step in order.steps]

    def allocate(
        self,
        *,
        amount: Decimal,
        kind: RepaymentKind,
        on: date,
        instalments: Sequence[OpenInstalment],
    ) -> tuple[Shares, Decimal]:
        """Pay instalments from `amount`, value dated `on`; returns the shares and what is left."""
        shares: Shares = {}
        left = amount
        for step, components in self._steps:
            if not left:
                break
            chosen = self._chosen(step, on, instalments)
            if step.stage is Stage.IN_ADVANCE:
                left = self._in_advance(left, kind, on, chosen, components, shares)
            else:
                limit = self._limit(step, on)
                left = self._walk(left, on, chosen, components, limit, shares)
        return shares, left

    def _chosen(
        self, step: AllocationStep, on: date, instalments: Sequence[OpenInstalment]
    ) -> list[OpenInstalment]:
        stage = step.stage
        if stage is Stage.ANY:
            return [i for i in instalments if i.open_total]
        if stage is Stage.PAST_DUE:
            return [i for i in instalments if i.open_total and i.due_on < on]
        if stage is Stage.DUE_TODAY:
            return [i for i in instalments if i.open_total and i.due_on == on]
        if stage is Stage.IN_ADVANCE:
            return [i for i in instalments if i.open_total and i.due_on > on]
        early = self._order.charges_due_on_own_date
        return [
            i for i in instalments if i.open_total and (i.due_on <= on or (early and i.charges))
        ]

    def _limit(self, step: AllocationStep, on: date) -> _Limit:
        if step.stage is Stage.DUE and self._order.charges_due_on_own_date:
            return lambda instalment, component: instalment.part_due(component, on, True)
        return _whatever_is_open

    def _walk(
        self,
        left: Decimal,
        on: date,
        chosen: Sequence[OpenInstalment],
        components: tuple[int, ...],
        limit: _Limit,
        shares: Shares,
    ) -> Decimal:
        if self._order.walk is Walk.HORIZONTAL:
            for instalment in chosen:
                left = _pay(left, on, instalment, components, limit, shares)
                if not left:
                    break
            return left
        for component in components:
            for instalment in chosen:
                left = _pay(left, on, instalment, (component,), limit, shares)
        return left

    def _in_advance(
        self,
        left: Decimal,
        kind: RepaymentKind,
        on: date,
        chosen: list[OpenInstalment],
        components: tuple[int, ...],
        shares: Shares,
    ) -> Decimal:
        rule = self._order.in_advance_for(kind)
        if rule is InAdvance.LAST_INSTALMENT:
            chosen = chosen[::-1]
        if rule is not InAdvance.SPREAD:
            return self._walk(left, on, chosen, components, _whatever_is_open, shares)
        while left and chosen:
            left = self._spread_once(left, on, chosen, components, shares)
            chosen = [i for i in chosen if i.open_total]
        return left

    def _spread_once(
        self,
        left: Decimal,
        on: date,
        chosen: Sequence[OpenInstalment],
        components: tuple[int, ...],
        shares: Shares,
    ) -> Decimal:
        """An even part for each; the last takes what rounding leaves over."""
        even = (left / len(chosen) / self._unit).quantize(Decimal(1), ROUND_HALF_EVEN) * self._unit
        last_part = max(ZERO, left - even * (len(chosen) - 1))
        for instalment in chosen:
            part = min(last_part if instalment is chosen[-1] else even, left)
            left -= part - _pay(part, on, instalment, components, _whatever_is_open, shares)
        return left


def _indices(components: tuple[Component, ...]) -> tuple[int, ...]:
    return tuple(INDEX[component] for component in components)


def _whatever_is_open(instalment: OpenInstalment, component: int) -> Decimal:
    return instalment.open[component]


def _pay(
    left: Decimal,
    on: date,
    instalment: OpenInstalment,
    components: tuple[int, ...],
    limit: _Limit,
    shares: Shares,
) -> Decimal:
    for component in components:
        part = limit(instalment, component)
        if not part:
            continue
        part = min(part, left)
        instalment.pay(component, part, on)
        share = shares.get(instalment.number)
        if share is None:
            share = shares[instalment.number] = [ZERO, ZERO, ZERO, ZERO]
        share[component] += part
        left -= part
        if not left:
            break
    return left

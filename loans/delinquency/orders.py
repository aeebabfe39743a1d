"""The allocation orders we know, as data; a product names one by its code."""

from __future__ import annotations

from loans.delinquency.amounts import Component
from loans.delinquency.conventions import (
    OLDEST_FIRST,
    AllocationOrder,
    AllocationStep,
    InAdvance,
    Stage,
    Walk,
)
from loans.delinquency.facts import RepaymentKind

_PENALTY, _FEE = Component.PENALTY, Component.FEE
_INTEREST, _PRINCIPAL = Component.INTEREST, Component.PRINCIPAL

#: Due money first; ahead of time the principal comes before everything else.
DUE_THEN_PRINCIPAL = AllocationOrder(
    code="due_then_principal",
    steps=(
        AllocationStep(stage=Stage.DUE, components=(_PENALTY, _FEE, _INTEREST, _PRINCIPAL)),
        AllocationStep(stage=Stage.IN_ADVANCE, components=(_PRINCIPAL, _PENALTY, _FEE, _INTEREST)),
    ),
    charges_due_on_own_date=True,
)

#: Fees come last, due or not.
FEES_LAST = AllocationOrder(
    code="fees_last",
    steps=(
        AllocationStep(stage=Stage.DUE, components=(_PENALTY, _INTEREST, _PRINCIPAL, _FEE)),
        AllocationStep(stage=Stage.IN_ADVANCE, components=(_PENALTY, _INTEREST, _PRINCIPAL, _FEE)),
    ),
    charges_due_on_own_date=True,
)

_PRINCIPAL_BEFORE_INTEREST = (_PENALTY, _FEE, _PRINCIPAL, _INTEREST)
_BY_LATENESS = (
    AllocationStep(stage=Stage.PAST_DUE, components=_PRINCIPAL_BEFORE_INTEREST),
    AllocationStep(stage=Stage.DUE_TODAY, components=_PRINCIPAL_BEFORE_INTEREST),
    AllocationStep(stage=Stage.IN_ADVANCE, components=_PRINCIPAL_BEFORE_INTEREST),
)
_CREDITS = {
    RepaymentKind.GOODWILL_CREDIT: InAdvance.LAST_INSTALMENT,
    RepaymentKind.MERCHANT_REFUND: InAdvance.SPREAD,
}

#: Past due, due today, in advance; credits shorten the loan or lower every instalment.
BY_LATENESS = AllocationOrder(code="by_lateness", steps=_BY_LATENESS, in_advance_by_kind=_CREDITS)
BY_LATENESS_VERTICAL = AllocationOrder(
    code="by_lateness_vertical",
    steps=_BY_LATENESS,
    walk=Walk.VERTICAL,
    in_advance_by_kind=_CREDITS,
)

#: Late fee, interest, principal of what is due (OpenCBS); the rest waits as credit until it is due.
DUE_ONLY = AllocationOrder(
    code="due_only",
    steps=(AllocationStep(stage=Stage.DUE, components=(_PENALTY, _FEE, _INTEREST, _PRINCIPAL)),),
)

#: By code.
ALLOCATION_ORDERS = {
    order.code: order
    for order in (
        OLDEST_FIRST,
        DUE_ONLY,
        DUE_THEN_PRINCIPAL,
        FEES_LAST,
        BY_LATENESS,
        BY_LATENESS_VERTICAL,
    )
}

"""Repayments and their splits, beside the transactions a conformance case expects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from loans.conformance.terms import NotExpressible
from loans.conformance.values import compare_figures, differ, listed, money
from loans.conformance.view import View
from loans.delinquency.amounts import ZERO
from loans.delinquency.facts import Disbursement, Repayment, RepaymentKind, Reversal, WriteOff
from loans.delinquency.results import RepaymentOutcome

Row = Mapping[str, Any]

_NAMES = {
    RepaymentKind.REGULAR: "Repayment",
    RepaymentKind.DOWN_PAYMENT: "Down Payment",
    RepaymentKind.GOODWILL_CREDIT: "Goodwill Credit",
    RepaymentKind.MERCHANT_REFUND: "Merchant Issued Refund",
    RepaymentKind.PAYOUT_REFUND: "Payout Refund",
}
#: Entries of the source's general ledger, which a collections system does not keep; and money
#: going out, which is compared by its effect on the balances.
_NO_REPAYMENTS = frozenset({"Accrual", "Charge-off", "Credit Balance Refund", "Chargeback"})
_SPLIT = ("principal", "interest", "fees", "penalties")


def _transactions(view: View, expected: Sequence[Row]) -> list[str]:
    known = [r for r in expected if r["type"] not in _NO_REPAYMENTS]
    strange = {r["type"] for r in known} - {*_NAMES.values(), "Disbursement"}
    if strange:
        raise NotExpressible(f"transactions of kind {', '.join(sorted(strange))}")
    wanted = [
        (r["date"], r["type"], money(r["amount"]), *(money(r.get(key)) for key in _SPLIT))
        for r in known
    ]
    return listed("transactions", _actual(view), wanted)


def _actual(view: View) -> list[tuple[Any, ...]]:
    """Payouts and repayments. One taken back keeps the split it had until then."""
    outcomes = {o.fact_id: o for o in view.replay.repayments}
    rows: list[tuple[Any, ...]] = []
    for fact in view.replay.facts:
        if isinstance(fact, Disbursement):
            rows.append(
                (fact.value_on.isoformat(), "Disbursement", money(fact.amount), *[money(0)] * 4)
            )
        if isinstance(fact, Repayment):
            outcome = outcomes.get(fact.id) or view.books.taken_back[fact.id[1]]
            rows.append(_row(fact, outcome))
    return rows


def _row(fact: Repayment, outcome: RepaymentOutcome) -> tuple[Any, ...]:
    applied = outcome.applied - outcome.from_credit
    return (
        fact.value_on.isoformat(),
        _NAMES[fact.kind],
        money(fact.amount),
        money(applied.principal),
        money(applied.interest),
        money(applied.fee),
        money(applied.penalty),
    )


def _some_transactions(view: View, expected: Sequence[Row]) -> list[str]:
    return [line for line in _transactions(view, expected) if "missing" in line]


def _reverted(view: View, expected: Sequence[Row]) -> list[str]:
    gone = {f.reverses for f in view.replay.facts if isinstance(f, Reversal)}
    alive = {o.fact_id for o in view.replay.repayments}
    actual = []
    for fact in view.replay.facts:
        if isinstance(fact, Repayment) and fact.id in gone - alive:
            actual.append((_NAMES[fact.kind], fact.value_on.isoformat()))
        elif isinstance(fact, WriteOff) and fact.id in gone:
            actual.append(("Charge-off", fact.value_on.isoformat()))
    wanted = [(r["type"], r["date"]) for r in expected]
    return [line for line in listed("taken back", actual, wanted) if "missing" in line]


def _last_payment(view: View, expected: Row) -> list[str]:
    summary = view.summary
    return differ("last amount", summary.last_repayment_amount, expected["lastPaymentAmount"]) + (
        differ("last date", str(summary.last_repayment_on), expected["lastPaymentDate"])
    )


def _allocated(view: View, expected: Row) -> list[str]:
    """All money of the case's repayments, by what it was put towards."""
    outcomes = view.replay.repayments
    figures = {
        "late_fee": sum((o.applied.penalty for o in outcomes), ZERO),
        "interest": sum((o.applied.interest for o in outcomes), ZERO),
        "principal": sum((o.applied.principal for o in outcomes), ZERO),
        "left_over": view.replay.overpaid,
    }
    return compare_figures("allocated", figures, expected)


TRANSACTION_CHECKS: dict[str, Callable[[View, Any], list[str]]] = {
    "transactions": _transactions,
    "some_transactions": _some_transactions,
    "reverted": _reverted,
    "last_payment": _last_payment,
    "allocated": _allocated,
}

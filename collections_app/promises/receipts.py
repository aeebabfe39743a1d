"""The money of loans as promises count it: what the borrower's side paid and still has paid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db.models import Func

from collections_app.promises.flow import Received
from core.facts.among import among, among_ids
from loans.repayments.models import (
    Chargeback,
    Repayment,
    RepaymentKind,
    RepaymentState,
    RepaymentStateChange,
    Reversal,
    ReversibleKind,
)

#: Cash from the debtor. Refunds of dealers and goodwill are the lender's own money.
CASH: Final = (
    RepaymentKind.REGULAR,
    RepaymentKind.DOWN_PAYMENT,
    RepaymentKind.SETTLEMENT,
    RepaymentKind.RECOVERY,
)


def receipts_of(loan_ids: Collection[UUID], *, since: date) -> dict[UUID, list[Received]]:
    """Returns the money of the loans valued on a day or later, by loan; four queries.

    Returned and reversed money is left out; what a chargeback took is taken off its repayment, or
    off the latest money before it where it names none.
    """
    repayments = list(
        Repayment.objects.filter(among_ids("loan_id", loan_ids), value_on__gte=since, kind__in=CASH)
        .order_by("pk")
        .values_list("pk", "loan_id", "amount", "value_on", "known_at", "state")
    )
    if not repayments:
        return {}
    states = _later_states([row[0] for row in repayments])
    reversed_ids = _reversed(ReversibleKind.REPAYMENT, [row[0] for row in repayments])
    found: dict[UUID, list[Received]] = defaultdict(list)
    for pk, loan_id, amount, value_on, known_at, state in repayments:
        later = states.get(pk, set())
        if pk in reversed_ids or RepaymentState.RETURNED in later:
            continue
        is_settled = state == RepaymentState.SETTLED or RepaymentState.SETTLED in later
        found[loan_id].append(
            Received(
                key=pk, amount=amount, value_on=value_on, known_at=known_at, is_settled=is_settled
            )
        )
    for loan_id, taken in _chargebacks(found).items():
        found[loan_id] = _less(found[loan_id], taken)
    return found


def _among_numbers(column: str, numbers: Collection[int]) -> Func:
    return among(column, [str(number) for number in numbers], kind="bigint")


def _later_states(repayment_ids: Collection[int]) -> dict[int, set[str]]:
    states: dict[int, set[str]] = defaultdict(set)
    rows = RepaymentStateChange.objects.filter(_among_numbers("repayment_id", repayment_ids))
    for pk, state in rows.values_list("repayment_id", "state"):
        states[pk].add(state)
    return states


def _reversed(kind: str, ids: Collection[int]) -> set[int]:
    rows = Reversal.objects.filter(_among_numbers("of_id", ids), of_kind=kind)
    return set(rows.values_list("of_id", flat=True))


#: repayment taken from or None, day, amount
_Taken = tuple[int | None, date, Decimal]


def _chargebacks(loan_ids: Iterable[UUID]) -> dict[UUID, list[_Taken]]:
    """What payers' banks took back, by loan, the oldest first."""
    rows = list(
        Chargeback.objects.filter(among_ids("loan_id", loan_ids))
        .order_by("value_on", "pk")
        .values_list("pk", "loan_id", "repayment_id", "value_on", "amount")
    )
    if not rows:
        return {}
    undone = _reversed(ReversibleKind.CHARGEBACK, [row[0] for row in rows])
    taken: dict[UUID, list[_Taken]] = defaultdict(list)
    for pk, loan_id, repayment_id, value_on, amount in rows:
        if pk not in undone:
            taken[loan_id].append((repayment_id, value_on, amount))
    return taken


def _less(money: list[Received], taken: list[_Taken]) -> list[Received]:
    """Takes chargebacks off the money they name, else off the latest valued up to their day."""
    left = {receipt.key: receipt.amount for receipt in money}
    latest_first = sorted(money, key=lambda m: (m.value_on, m.key), reverse=True)
    for repayment_id, value_on, amount in taken:
        if repayment_id is not None:
            from_these = [repayment_id] if repayment_id in left else []
        else:
            from_these = [m.key for m in latest_first if m.value_on <= value_on]
        for key in from_these:
            part = min(left[key], amount)
            left[key] -= part
            amount -= part
    return [replace(m, amount=left[m.key]) for m in money if left[m.key] > 0]

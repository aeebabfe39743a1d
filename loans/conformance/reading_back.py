"""What is stored for a loan, in the form in which the replay states it.

Rows of instalments, allocations and the position are what is judged. The few figures that no row
carries (what was paid early or late, each charge, pending credit) come from the replay.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

from loans.contracts.models import Loan
from loans.delinquency.amounts import NOTHING, ZERO, Amounts
from loans.delinquency.loading import load_facts
from loans.delinquency.models import Instalment, Position
from loans.delinquency.queries import days_past_due, instalments_of
from loans.delinquency.replay import replay
from loans.delinquency.results import (
    Allocation,
    InstalmentKind,
    InstalmentState,
    LoanStatus,
    PausePeriod,
    PositionSummary,
    RepaymentOutcome,
    Replay,
    Totals,
)
from loans.delinquency.summary import summarise
from loans.repayments.models import Allocation as StoredAllocation
from loans.repayments.models import Repayment


def read_back(loan: Loan) -> tuple[Replay, PositionSummary]:
    """The loan's stored state at the end of the portfolio's business date."""
    facts = load_facts([loan.pk])[loan.pk]
    conventions, on = facts.conventions, facts.business_date
    worked = replay(facts=facts.facts, conventions=conventions, as_of=facts.horizon(on))
    position = Position.objects.get(pk=loan.pk)
    state = _stored(loan, position, worked)
    summary = summarise(replay=state, as_of=on, conventions=conventions)
    days = days_past_due(position, on, due_day_counts=conventions.due_day_counts)
    return state, replace(
        summary,
        status=state.status,
        days_past_due=days,
        oldest_unsatisfied_due_on=position.oldest_unsatisfied_due_on,
        overdue=_sums(position, "overdue_"),
        total_outstanding=position.outstanding_amount,
        overpaid=position.overpaid_amount,
        next_due_on=position.next_due_on,
        next_due_amount=position.next_due_amount,
        bucket_code=position.bucket,
        last_repayment_on=position.last_repayment_on,
        last_repayment_amount=position.last_repayment_amount,
    )


def outcome_of(loan: Loan, repayment: Repayment) -> RepaymentOutcome:
    """Where the money of one repayment stands allocated now."""
    state, _summary = read_back(loan)
    return next(o for o in state.repayments if o.fact_id[1] == repayment.pk)


def _stored(loan: Loan, position: Position, worked: Replay) -> Replay:
    by_number = {state.number: state for state in worked.instalments}
    instalments = tuple(_state(row, by_number.get(row.number)) for row in instalments_of(loan))
    allocations = tuple(
        Allocation(
            repayment_id=("repayment", row.repayment_id),
            instalment=row.instalment_number,
            amounts=_sums(row, ""),
        )
        for row in StoredAllocation.objects.filter(loan=loan).order_by("instalment_number")
    )
    pauses = zip(position.pause_starts, position.pause_ends, strict=True)
    return replace(
        worked,
        status=LoanStatus(position.status),
        instalments=instalments,
        allocations=allocations,
        repayments=_outcomes(worked, allocations),
        pauses=tuple(PausePeriod(starts_on=start, ends_on=end) for start, end in pauses),
        totals=_totals(worked.totals, position, instalments),
        overpaid=position.overpaid_amount,
        awaiting_settlement=position.pending_amount,
    )


def _state(row: Instalment, worked: InstalmentState | None) -> InstalmentState:
    due, paid, relieved = _sums(row, ""), _sums(row, "paid_"), _sums(row, "relieved_")
    return InstalmentState(
        number=row.number,
        kind=InstalmentKind(row.kind),
        from_on=row.from_on,
        due_on=row.due_on,
        due=due,
        paid=paid,
        waived=relieved,
        written_off=NOTHING,
        open=due - paid - relieved,
        paid_in_advance=worked.paid_in_advance if worked else ZERO,
        paid_late=worked.paid_late if worked else ZERO,
        satisfied_on=row.satisfied_on,
    )


def _outcomes(worked: Replay, allocations: tuple[Allocation, ...]) -> tuple[RepaymentOutcome, ...]:
    applied: dict[Any, Amounts] = defaultdict(Amounts)
    for part in allocations:
        applied[part.repayment_id] += part.amounts
    return tuple(replace(o, applied=applied[o.fact_id]) for o in worked.repayments)


def _totals(worked: Totals, position: Position, instalments: tuple[InstalmentState, ...]) -> Totals:
    still_open = sum((i.open for i in instalments), NOTHING)
    return replace(
        worked,
        due=sum((i.due for i in instalments), NOTHING),
        paid=sum((i.paid for i in instalments), NOTHING),
        waived=sum((i.waived for i in instalments), NOTHING),
        written_off=NOTHING,
        open=still_open,
        unscheduled_principal=position.outstanding_amount - still_open.total,
    )


def _sums(row: Any, prefix: str) -> Amounts:
    return Amounts(
        principal=getattr(row, f"{prefix}principal"),
        interest=getattr(row, f"{prefix}interest"),
        fee=getattr(row, f"{prefix}fee"),
        penalty=getattr(row, f"{prefix}penalty"),
    )

"""Positions in one form, stored or replayed, for many loans at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from loans.acceleration.queries import accelerations_of
from loans.delinquency.amounts import Amounts
from loans.delinquency.loading import load_facts
from loans.delinquency.models import Position
from loans.delinquency.queries import days_past_due
from loans.delinquency.replay import replay
from loans.delinquency.results import PositionSummary
from loans.delinquency.summary import summarise


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedAt:
    """How a loan stands at the end of `as_of`; `known_at` None: by all that is known."""

    loan: UUID
    contract_no: str
    portfolio: str
    currency: str
    as_of: dt.date
    known_at: dt.datetime | None
    status: str
    days_past_due: int
    bucket: str
    oldest_unpaid_due_on: dt.date | None
    overdue: Amounts
    outstanding_principal: Decimal
    outstanding_amount: Decimal
    overpaid_amount: Decimal
    pending_amount: Decimal
    next_due_on: dt.date | None
    next_due_amount: Decimal
    last_repayment_on: dt.date | None
    last_repayment_amount: Decimal | None
    accelerated_on: dt.date | None = None
    accelerated_amount: Decimal | None = None


def stored_positions(positions: Sequence[Position]) -> list[StatedAt]:
    """Returns positions as stored, at their portfolios' business dates; no query of its own.

    Arguments: positions with loan and portfolio joined.
    """
    return [_stored(position) for position in positions]


def replayed_positions(
    *, positions: Sequence[Position], as_of: dt.date, known_at: dt.datetime | None
) -> list[StatedAt]:
    """Returns the same loans at the end of another day, as known at a moment: each is replayed.

    A fixed number of queries. The loans must have begun by `as_of`.
    """
    loaded = load_facts([position.loan_id for position in positions])
    answers = []
    for position in positions:
        facts = loaded[position.loan_id]
        state = replay(
            facts=facts.facts, conventions=facts.conventions, as_of=as_of, known_at=known_at
        )
        summary = summarise(replay=state, as_of=as_of, conventions=facts.conventions)
        answers.append(_replayed(position, summary, known_at))
    return answers


def with_accelerations(
    states: Sequence[StatedAt], *, as_of: dt.date | None, known_at: dt.datetime | None
) -> list[StatedAt]:
    """Returns positions that say besides whether the whole loan was called due; one query.

    Arguments: `as_of` and `known_at` as the positions were asked for; None, None: as it stands now.
    """
    called = accelerations_of([state.loan for state in states], as_of=as_of, known_at=known_at)
    return [
        replace(
            state,
            accelerated_on=called[state.loan].value_on,
            accelerated_amount=called[state.loan].called_amount,
        )
        if state.loan in called
        else state
        for state in states
    ]


def _stored(position: Position) -> StatedAt:
    portfolio = position.portfolio
    return StatedAt(
        loan=position.loan_id,
        contract_no=position.loan.contract_no,
        portfolio=portfolio.code,
        currency=portfolio.currency,
        as_of=portfolio.business_date,
        known_at=None,
        status=position.status,
        days_past_due=days_past_due(
            position, portfolio.business_date, due_day_counts=portfolio.due_day_counts
        ),
        bucket=position.bucket,
        oldest_unpaid_due_on=position.oldest_unsatisfied_due_on,
        overdue=Amounts(
            principal=position.overdue_principal,
            interest=position.overdue_interest,
            fee=position.overdue_fee,
            penalty=position.overdue_penalty,
        ),
        outstanding_principal=position.outstanding_principal,
        outstanding_amount=position.outstanding_amount,
        overpaid_amount=position.overpaid_amount,
        pending_amount=position.pending_amount,
        next_due_on=position.next_due_on,
        next_due_amount=position.next_due_amount,
        last_repayment_on=position.last_repayment_on,
        last_repayment_amount=position.last_repayment_amount,
    )


def _replayed(
    position: Position, summary: PositionSummary, known_at: dt.datetime | None
) -> StatedAt:
    return StatedAt(
        loan=position.loan_id,
        contract_no=position.loan.contract_no,
        portfolio=position.portfolio.code,
        currency=position.portfolio.currency,
        as_of=summary.as_of,
        known_at=known_at,
        status=summary.status.value,
        days_past_due=summary.days_past_due,
        bucket=summary.bucket_code,
        oldest_unpaid_due_on=summary.oldest_unsatisfied_due_on,
        overdue=summary.overdue,
        outstanding_principal=summary.outstanding.principal,
        outstanding_amount=summary.total_outstanding,
        overpaid_amount=summary.overpaid,
        pending_amount=summary.awaiting_settlement,
        next_due_on=summary.next_due_on,
        next_due_amount=summary.next_due_amount,
        last_repayment_on=summary.last_repayment_on,
        last_repayment_amount=summary.last_repayment_amount,
    )

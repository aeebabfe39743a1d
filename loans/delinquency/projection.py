"""What is stored for one loan, worked out from its facts by pure code, ready to be compared.

A stored row is handled as one line of text, its columns parted by tabs: PostgreSQL builds the same
line from what it holds, so that finding the rows that changed costs one comparison of text each.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from loans.delinquency.amounts import NOTHING, ZERO, Amounts
from loans.delinquency.loading import LoanFacts
from loans.delinquency.paths import bucket_path
from loans.delinquency.replay import replay
from loans.delinquency.results import Allocation, InstalmentState, Replay
from loans.delinquency.summary import summarise

NULL: Final = "\\N"

#: Column and type of each derived row, in the order of its line; the first two are its key.
INSTALMENT_COLUMNS: Final = (
    ("loan_id", "uuid"),
    ("number", "smallint"),
    ("kind", "varchar"),
    ("from_on", "date"),
    ("due_on", "date"),
    ("principal", "numeric"),
    ("interest", "numeric"),
    ("fee", "numeric"),
    ("penalty", "numeric"),
    ("paid_principal", "numeric"),
    ("paid_interest", "numeric"),
    ("paid_fee", "numeric"),
    ("paid_penalty", "numeric"),
    ("relieved_principal", "numeric"),
    ("relieved_interest", "numeric"),
    ("relieved_fee", "numeric"),
    ("relieved_penalty", "numeric"),
    ("satisfied_on", "date"),
)
ALLOCATION_COLUMNS: Final = (
    ("loan_id", "uuid"),
    ("repayment_id", "bigint"),
    ("instalment_number", "smallint"),
    ("principal", "numeric"),
    ("interest", "numeric"),
    ("fee", "numeric"),
    ("penalty", "numeric"),
)
#: All columns of a position but its key, its portfolio and when it was replayed.
POSITION_COLUMNS: Final = (
    ("status", "varchar"),
    ("aged_on", "date"),
    ("oldest_unsatisfied_due_on", "date"),
    ("paused_days", "integer"),
    ("paused_from", "date"),
    ("pause_starts", "date[]"),
    ("pause_ends", "date[]"),
    ("facts_ahead", "date[]"),
    ("bucket", "varchar"),
    ("overdue_principal", "numeric"),
    ("overdue_interest", "numeric"),
    ("overdue_fee", "numeric"),
    ("overdue_penalty", "numeric"),
    ("overdue_amount", "numeric"),
    ("outstanding_principal", "numeric"),
    ("outstanding_amount", "numeric"),
    ("overpaid_amount", "numeric"),
    ("pending_amount", "numeric"),
    ("next_due_on", "date"),
    ("next_due_amount", "numeric"),
    ("next_due_number", "smallint"),
    ("last_repayment_on", "date"),
    ("last_repayment_amount", "numeric"),
    ("next_transition_on", "date"),
)

NO_MONEY: Final = "0.00\t0.00\t0.00\t0.00"
_FOUR_AMOUNTS: Final = re.compile(r"\d+\.\d\d\t\d+\.\d\d\t\d+\.\d\d\t\d+\.\d\d\Z")

Stay = tuple[str, dt.date, dt.date | None]
Figure = tuple[int, str, str, str]


@dataclass(slots=True)
class Projection:
    """Everything derived for one loan at the end of a business date."""

    loan_id: UUID
    portfolio_id: UUID
    as_of: dt.date
    instalments: dict[str, str]
    allocations: dict[str, str]
    position: dict[str, Any]
    stays: list[Stay]
    differences: list[Figure]


def project(loan: LoanFacts, *, as_of: dt.date | None = None) -> Projection:
    """Replays one loan and returns what is to be stored for it.

    Arguments: as_of, the business date to age to; None is the portfolio's own. Raises whatever the
    replay raises for facts that contradict each other.
    """
    day = as_of or loan.business_date
    horizon = loan.horizon(day)
    state = replay(facts=loan.facts, conventions=loan.conventions, as_of=horizon)
    return Projection(
        loan_id=loan.loan_id,
        portfolio_id=loan.portfolio_id,
        as_of=day,
        instalments=dict(_instalment_line(loan.loan_id, row) for row in state.instalments),
        allocations=dict(_allocation_line(loan.loan_id, row) for row in state.allocations),
        position=_position(loan, state, day),
        stays=_stays(loan, state, horizon),
        differences=[
            (found.fact_id[1], found.figure, found.computed, found.stated)
            for found in state.differences
        ],
    )


def _position(loan: LoanFacts, state: Replay, day: dt.date) -> dict[str, Any]:
    summary = summarise(replay=state, as_of=day, conventions=loan.conventions)
    ahead = sorted({fact.value_on for fact in loan.facts if fact.value_on > day})
    return {
        "status": summary.status.value,
        "aged_on": day,
        "oldest_unsatisfied_due_on": summary.oldest_unsatisfied_due_on,
        "paused_days": summary.ended_paused_days,
        "paused_from": summary.paused_from,
        "pause_starts": [period.starts_on for period in state.pauses],
        "pause_ends": [period.ends_on for period in state.pauses],
        "facts_ahead": ahead,
        "bucket": summary.bucket_code,
        "overdue_principal": summary.overdue.principal,
        "overdue_interest": summary.overdue.interest,
        "overdue_fee": summary.overdue.fee,
        "overdue_penalty": summary.overdue.penalty,
        "overdue_amount": summary.overdue.total,
        "outstanding_principal": summary.outstanding.principal,
        "outstanding_amount": summary.total_outstanding,
        "overpaid_amount": summary.overpaid,
        "pending_amount": summary.awaiting_settlement,
        "next_due_on": summary.next_due_on,
        "next_due_amount": summary.next_due_amount,
        "next_due_number": summary.next_due_number,
        "last_repayment_on": summary.last_repayment_on,
        "last_repayment_amount": summary.last_repayment_amount,
        "next_transition_on": summary.next_transition_on,
    }


def _stays(loan: LoanFacts, state: Replay, horizon: dt.date) -> list[Stay]:
    from_on = loan.history_from()
    if from_on > horizon:
        return []
    path = bucket_path(
        replay=state, conventions=loan.conventions, from_on=from_on, through_on=horizon
    )
    return [(stay.code, stay.entered_on, stay.left_on) for stay in path]


def _instalment_line(loan_id: UUID, row: InstalmentState) -> tuple[str, str]:
    due = _money(row.due)
    # Most instalments are paid whole or not at all, and their amounts are one object then.
    paid = due if row.paid is row.due else _money(row.paid)
    is_relieved = row.waived is not NOTHING or row.written_off is not NOTHING
    relieved = _money(row.waived + row.written_off) if is_relieved else NO_MONEY
    key = f"{loan_id}\t{row.number}"
    fixed = f"{key}\t{row.kind._value_}\t{row.from_on}\t{row.due_on}"
    return key, f"{fixed}\t{due}\t{paid}\t{relieved}\t{row.satisfied_on or NULL}"


def _allocation_line(loan_id: UUID, row: Allocation) -> tuple[str, str]:
    key = f"{loan_id}\t{row.repayment_id[1]}\t{row.instalment}"
    return key, f"{key}\t{_money(row.amounts)}"


def _money(amounts: Amounts) -> str:
    if amounts is NOTHING:  # most parts of most instalments
        return NO_MONEY
    principal, interest = amounts.principal, amounts.interest
    fee, penalty = amounts.fee, amounts.penalty
    text = f"{principal}\t{interest}\t{fee}\t{penalty}"
    if _FOUR_AMOUNTS.match(text):  # several times faster than looking at each
        return text
    return f"{cents(principal)}\t{cents(interest)}\t{cents(fee)}\t{cents(penalty)}"


def cents(amount: Decimal) -> str:
    """Writes an amount the way PostgreSQL writes numeric(14,2)."""
    text = str(amount)  # several times faster than formatting, and nearly always right already
    return text if text[-3:-2] == "." and text[0] != "-" else f"{amount + ZERO:.2f}"

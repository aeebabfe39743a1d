"""Our days past due beside those a lender states: how many agree, and why the others do not."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from loans.contracts.models import Loan
from loans.delinquency.facts import OpeningPosition, ScheduleOrigin, ScheduleStated, StatedPosition
from loans.delinquency.loading import LoanFacts, load_facts
from loans.delinquency.rebase import stated_oldest
from loans.delinquency.replay import replay
from loans.delinquency.results import LoanStatus, Replay
from loans.delinquency.summary import bucket_code, summarise
from loans.portfolios.models import Portfolio

CHUNK = 200
_HALF_A_MONTH = 15


class Reason(StrEnum):
    """Why two figures differ.

    Due day: both sides call the same instalment the oldest unpaid one and place it on different
    days. Otherwise another instalment is, and the reason is what happened in the month in which the
    distance between the two sides became what it is.
    """

    DUE_DAY = "same instalment, other due day"
    LOSS = "charged off"
    OPENING = "apart since the opening position"
    EXTENSION = "extension granted"
    PARTIAL = "payment that is not whole instalments"
    OTHER = "no cause in the facts"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayComparison:
    """One loan at the end of one day on which its lender stated days past due."""

    loan_id: UUID
    contract_no: str
    on: dt.date
    ours: int
    stated: int
    same_bucket: bool
    same_instalment: bool
    reason: Reason | None

    @property
    def difference(self) -> int:
        return self.ours - self.stated


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What a list of comparisons comes to."""

    compared: int
    same_days: int
    within_three: int
    within_half_a_month: int
    same_bucket: int
    same_instalment: int
    both_current: int
    both_late: int
    reasons: Counter[Reason]


def compare_days_past_due(*, portfolio: Portfolio) -> Iterator[DayComparison]:
    """Replays each loan as of each day its lender stated days past due, and sets both side by side.

    For books kept here, where statements are compared and not believed. The opening position is
    no comparison: the books began with it. Statements without days past due are left out.
    """
    loans = dict(
        Loan.objects.standing()
        .filter(portfolio=portfolio)
        .order_by("contract_no")
        .values_list("pk", "contract_no")
    )
    ids = list(loans)
    for start in range(0, len(ids), CHUNK):
        for loan_id, facts in load_facts(ids[start : start + CHUNK]).items():
            yield from _compare_loan(loans[loan_id], facts)


def agreement_of(comparisons: Iterable[DayComparison]) -> Agreement:
    """Adds comparisons up; the reasons count those whose days differ, once each."""
    rows = list(comparisons)
    return Agreement(
        compared=len(rows),
        same_days=sum(row.ours == row.stated for row in rows),
        within_three=sum(abs(row.difference) <= 3 for row in rows),
        within_half_a_month=sum(abs(row.difference) <= _HALF_A_MONTH for row in rows),
        same_bucket=sum(row.same_bucket for row in rows),
        same_instalment=sum(row.same_instalment for row in rows),
        both_current=sum(row.ours == row.stated == 0 for row in rows),
        both_late=sum(row.ours > 0 and row.stated > 0 for row in rows),
        reasons=Counter(row.reason for row in rows if row.reason is not None),
    )


def _compare_loan(contract_no: str, loan: LoanFacts) -> Iterator[DayComparison]:
    statements = [
        fact
        for fact in loan.facts
        if isinstance(fact, StatedPosition)
        and not isinstance(fact, OpeningPosition)
        and fact.days_past_due is not None
    ]
    apart, cause = 0, Reason.OPENING
    statements.sort(key=lambda fact: fact.value_on)
    for at, fact in enumerate(statements):
        state = replay(facts=loan.facts, conventions=loan.conventions, as_of=fact.value_on)
        ours = summarise(replay=state, as_of=fact.value_on, conventions=loan.conventions)
        stated = fact.days_past_due or 0
        theirs = stated_oldest(fact, loan.conventions)
        now_apart = _months_apart(ours.oldest_unsatisfied_due_on, theirs, fact.value_on)
        if now_apart != apart:
            cause = _cause(loan, state, fact) if at else Reason.OPENING
            apart = now_apart
        reason = cause if now_apart else Reason.DUE_DAY
        yield DayComparison(
            loan_id=loan.loan_id,
            contract_no=contract_no,
            on=fact.value_on,
            ours=ours.days_past_due,
            stated=stated,
            same_bucket=ours.bucket_code == bucket_code(stated, loan.conventions),
            same_instalment=not now_apart,
            reason=None if ours.days_past_due == stated else reason,
        )


def _months_apart(ours: dt.date | None, theirs: dt.date | None, on: dt.date) -> int:
    """Months from their oldest unpaid instalment to ours; with none, the next month counts."""
    return _month(ours, on) - _month(theirs, on)


def _month(oldest: dt.date | None, on: dt.date) -> int:
    return on.year * 12 + on.month + 1 if oldest is None else oldest.year * 12 + oldest.month


def _cause(loan: LoanFacts, state: Replay, statement: StatedPosition) -> Reason:
    """What happened in the statement's month that could part the two sides."""
    if statement.is_written_off or state.status is LoanStatus.WRITTEN_OFF:
        return Reason.LOSS
    on = statement.value_on
    if any(
        isinstance(fact, ScheduleStated)
        and fact.origin is ScheduleOrigin.EXTENSION
        and (fact.value_on.year, fact.value_on.month) == (on.year, on.month)
        for fact in loan.facts
    ):
        return Reason.EXTENSION
    if any(row.paid.total and row.open.total for row in state.instalments):
        return Reason.PARTIAL
    return Reason.OTHER

"""Reading how late loans are: now, on any date, as known at any moment."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from core.statements.kept import KeptStatement
from loans.contracts.models import Loan
from loans.delinquency.loading import load_facts
from loans.delinquency.models import BucketStay, Instalment, Position, ReplayDifference
from loans.delinquency.replay import replay
from loans.delinquency.results import PositionSummary
from loans.delinquency.summary import summarise
from loans.portfolios.models import Portfolio
from loans.repayments.models import (
    Allocation,
    Repayment,
    RepaymentStateChange,
    Reversal,
    ReversibleKind,
)

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class RepaymentLine:
    """One repayment as a page shows it: how it stands now and where its money went."""

    repayment: Repayment
    state: str
    is_reversed: bool
    allocations: tuple[Allocation, ...]

    @property
    def allocated(self) -> Decimal:
        return sum(
            (part.principal + part.interest + part.fee + part.penalty for part in self.allocations),
            Decimal("0.00"),
        )


def days_past_due(position: Position, business_date: dt.date, *, due_day_counts: bool) -> int:
    """Returns the days past due of a stored position on a business date.

    Business date less the oldest unpaid due date, floor 0; one more where the due day is day 1.
    """
    oldest = position.oldest_unsatisfied_due_on
    if oldest is None:
        return 0
    return max(0, (business_date - oldest).days + int(due_day_counts))


def position_at(
    *, loan: Loan, as_of: dt.date, known_at: dt.datetime | None = None
) -> PositionSummary:
    """Returns a loan's position at the end of a day, as known at a moment; replayed on demand.

    Facts valued after `as_of` or learnt after `known_at` do not count.
    """
    loaded = load_facts([loan.pk])[loan.pk]
    state = replay(
        facts=loaded.facts, conventions=loaded.conventions, as_of=as_of, known_at=known_at
    )
    return summarise(replay=state, as_of=as_of, conventions=loaded.conventions)


def positions_for(user: User) -> QuerySet[Position]:
    """Returns the positions a user may see with their loans and portfolios; no query per row."""
    positions: QuerySet[Position] = Position.objects.visible_to(user)
    return positions.select_related("loan__product", "portfolio")


def instalments_of(loan: Loan) -> list[Instalment]:
    """Returns the instalments of a loan in the order they fall due."""
    return _INSTALMENTS.rows(loan=loan.pk)


_INSTALMENTS: Final = KeptStatement(
    lambda loan: Instalment.objects.filter(loan=loan).order_by("due_on", "number")
)


def bucket_history(loan: Loan, *, superseded: bool = False) -> list[BucketStay]:
    """Returns the bucket stays in order of time; with `superseded`, also what was once reported."""
    stays = BucketStay.objects.filter(loan=loan)
    if not superseded:
        stays = stays.filter(superseded_at__isnull=True)
    return list(stays.order_by("entered_on", "recorded_at"))


def repayment_history(loan: Loan, *, with_allocations: bool = True) -> list[RepaymentLine]:
    """Returns the repayments of a loan, the latest first, and how each stands now.

    Two queries; one without the allocations.
    """
    parts: dict[int, list[Allocation]] = defaultdict(list)
    if with_allocations:
        for part in Allocation.objects.filter(loan=loan).order_by("instalment_number"):
            parts[part.repayment_id].append(part)
    return [
        RepaymentLine(
            repayment=repayment,
            state=repayment.latest_state or repayment.state,
            is_reversed=repayment.is_taken_back,
            allocations=tuple(parts.get(repayment.pk, ())),
        )
        for repayment in _REPAYMENTS.rows(loan=loan.pk)
    ]


def _repayments(loan: UUID) -> QuerySet[Any]:
    changes = RepaymentStateChange.objects.filter(repayment=OuterRef("pk"))
    reversals = Reversal.objects.filter(
        loan=OuterRef("loan"), of_kind=ReversibleKind.REPAYMENT, of_id=OuterRef("pk")
    )
    repayments = Repayment.objects.filter(loan=loan).annotate(
        latest_state=Subquery(changes.order_by("-value_on", "-pk").values("state")[:1]),
        is_taken_back=Exists(reversals),
    )
    return repayments.order_by("-value_on", "-pk")


_REPAYMENTS: Final = KeptStatement(_repayments)


def differences_of(portfolio: Portfolio) -> QuerySet[ReplayDifference]:
    """Returns where our figures and the lender's differ in a portfolio, loan by loan."""
    return (
        ReplayDifference.objects.filter(loan__portfolio=portfolio)
        .select_related("loan", "stated")
        .order_by("loan__contract_no", "stated__value_on", "field")
    )

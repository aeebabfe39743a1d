"""Reads that cases are opened, ended and listed by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from loans.contracts.models import LoanParty, PartyRole
from loans.delinquency.models import Position, PositionChange
from loans.imports.undo import CAUSE as UNDONE
from loans.portfolios.models import Portfolio


def latest_due_day_of_a_case(portfolio: Portfolio, on: date) -> date:
    """Returns the last due day whose instalment, still open on `on`, makes a case.

    A case opens when days past due, beyond the grace days, reach the portfolio's threshold.
    """
    days = portfolio.grace_days + portfolio.case_opens_at_days
    if portfolio.due_day_counts:
        days -= 1
    return on - timedelta(days=days)


def late_positions(
    *, portfolio: Portfolio, on: date, loan_ids: Sequence[UUID] | None
) -> Iterable[tuple[UUID, UUID]]:
    """Returns (loan, borrower) of the loans past the threshold that have no open case."""
    positions = Position.objects.filter(
        portfolio=portfolio,
        oldest_unsatisfied_due_on__lte=latest_due_day_of_a_case(portfolio, on),
    )
    if loan_ids is not None:
        positions = positions.filter(loan_id__in=loan_ids)
    has_case = Case.objects.filter(loan_id=OuterRef("loan_id"), state=CaseState.OPEN)
    borrower = LoanParty.objects.filter(role=PartyRole.BORROWER, loan_id=OuterRef("loan_id"))
    return (
        positions.filter(~Exists(has_case))
        .annotate(borrower_id=borrower.values("party_id")[:1])
        .filter(borrower_id__isnull=False)
        .order_by("oldest_unsatisfied_due_on", "loan__contract_no")
        .values_list("loan_id", "borrower_id")
    )


def loans_taken_back(loan_ids: Sequence[UUID]) -> set[UUID]:
    """Returns those of the loans whose arrears ended by the undoing of an import, not by money."""
    if not loan_ids:
        return set()
    ended = PositionChange.objects.filter(loan__in=loan_ids, oldest_after__isnull=True)
    newest = ended.order_by("loan_id", "-pk").distinct("loan_id").values_list("loan_id", "cause")
    return {loan_id for loan_id, cause in newest if cause == UNDONE}


def paid_cases(*, portfolio: Portfolio, loan_ids: Sequence[UUID] | None) -> QuerySet[Case]:
    """Returns the open cases of loans with no instalment open past its due day, locked."""
    cases = Case.objects.open().filter(
        portfolio=portfolio, loan__position__oldest_unsatisfied_due_on__isnull=True
    )
    if loan_ids is not None:
        cases = cases.filter(loan_id__in=loan_ids)
    return cases.select_related("loan__position").select_for_update(of=("self",)).order_by("pk")

"""Reads that cases are opened, ended, assigned and listed by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, Max, OuterRef, QuerySet

from accounts.access.rights import Role
from accounts.models import User
from accounts.shifts.models import Leave
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from loans.contracts.models import LoanParty, PartyRole
from loans.delinquency.models import Position
from loans.portfolios.models import Portfolio, PortfolioGrant


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


def paid_cases(*, portfolio: Portfolio, loan_ids: Sequence[UUID] | None) -> QuerySet[Case]:
    """Returns the open cases of loans with no instalment open past its due day, locked."""
    cases = Case.objects.open().filter(
        portfolio=portfolio, loan__position__oldest_unsatisfied_due_on__isnull=True
    )
    if loan_ids is not None:
        cases = cases.filter(loan_id__in=loan_ids)
    return cases.select_related("loan__position").select_for_update(of=("self",)).order_by("pk")


def unassigned_cases(portfolio: Portfolio) -> QuerySet[Case]:
    """Returns open cases that nobody holds, the longest late first."""
    return (
        Case.objects.open()
        .filter(portfolio=portfolio, assignee__isnull=True)
        .order_by(
            F("loan__position__oldest_unsatisfied_due_on").asc(nulls_last=True),
            "loan__contract_no",
        )
        .select_for_update(of=("self",))
    )


def agents_of(portfolio: Portfolio, *, on: date) -> list[tuple[User, datetime | None]]:
    """Returns the agents of the portfolio's teams who are not on leave, with their last assignment.

    Who is merely off shift still gets cases: the close deals at night.
    """
    teams = PortfolioGrant.objects.filter(portfolio=portfolio, team__isnull=False)
    agents = (
        User.objects.filter(
            role=Role.AGENT, is_active=True, team__in=teams.values("team_id"), team__is_active=True
        )
        .annotate(last_assigned_at=Max("cases__assigned_at"))
        .order_by("pk")
    )
    on_leave = Leave.objects.filter(starts_on__lte=on, ends_on__gte=on).values("user_id")
    return [(agent, agent.last_assigned_at) for agent in agents.exclude(pk__in=on_leave)]


def holders_of(borrower_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Returns who holds an open case of each of these people."""
    return dict(
        Case.objects.open()
        .filter(borrower_id__in=set(borrower_ids), assignee__isnull=False)
        .order_by("assigned_at")
        .values_list("borrower_id", "assignee_id")
    )

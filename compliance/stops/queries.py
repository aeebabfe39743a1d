"""Reads of holds: which portfolios are or were held, and whom a hold would silence."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from accounts.models import User
from compliance.stops.models import Stop, StopKind, StopQuerySet
from loans.contracts.models import LIABLE_ROLES, LoanParty
from loans.delinquency.models import LoanStatus
from loans.portfolios.models import Portfolio


@dataclass(frozen=True, slots=True)
class Silenced:
    """Whom a hold of a portfolio keeps from being contacted."""

    people: int
    loans: int
    late_people: int


def holds_of_portfolios(user: User) -> StopQuerySet:
    """Returns the holds of the portfolios a user may see, the newest first."""
    holds: StopQuerySet = Stop.objects.visible_to(user).filter(
        kind=StopKind.HOLD, portfolio__isnull=False
    )
    return holds.select_related("portfolio").order_by("-starts_at", "-pk")


def silenced_by_hold(portfolio: Portfolio) -> Silenced:
    """Counts who owes on the portfolio's running loans, and who of them is late. One query."""
    found = LoanParty.objects.filter(
        loan__portfolio=portfolio,
        loan__withdrawn_at__isnull=True,
        loan__position__status=LoanStatus.ACTIVE,
        role__in=LIABLE_ROLES,
    ).aggregate(
        people=Count("party", distinct=True),
        loans=Count("loan", distinct=True),
        late_people=Count(
            "party",
            distinct=True,
            filter=Q(loan__position__oldest_unsatisfied_due_on__isnull=False),
        ),
    )
    return Silenced(**found)

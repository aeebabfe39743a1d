"""Reads of incidents for their list, and who may own one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from accounts.access.rights import ALL_PORTFOLIO_ROLES, roles_with
from accounts.models import User
from compliance.attempts.models import Incident
from loans.portfolios.queries import granted_to


@dataclass(frozen=True, slots=True)
class IncidentFilters:
    """What a list of incidents is narrowed to."""

    portfolio: UUID | None = None
    whose: str = ""
    is_closed: bool = False

    @property
    def is_narrowed(self) -> bool:
        return bool(self.portfolio or self.whose)

    def query_string(self, **changes: Any) -> str:
        """Returns the filters as they stand in an address; `changes` replace, empty removes."""
        values: dict[str, Any] = {
            "show": "closed" if self.is_closed else "open",
            "portfolio": self.portfolio,
            "whose": self.whose,
        }
        values.update(changes)
        return urlencode({name: value for name, value in values.items() if value})


def incidents_of(*, user: User, filters: IncidentFilters) -> QuerySet[Incident]:
    """Returns the incidents of a list, unordered, in the reader's scope."""
    return _narrowed(user, filters).filter(closed_at__isnull=not filters.is_closed)


def counts_of(*, user: User, filters: IncidentFilters) -> tuple[int, int]:
    """Returns how many are open and how many are concluded. One query."""
    counted = _narrowed(user, filters).aggregate(
        still_open=Count("pk", filter=Q(closed_at__isnull=True)),
        concluded=Count("pk", filter=Q(closed_at__isnull=False)),
    )
    return counted["still_open"], counted["concluded"]


def _narrowed(user: User, filters: IncidentFilters) -> QuerySet[Incident]:
    rows: QuerySet[Incident] = Incident.objects.visible_to(user)
    if filters.portfolio:
        rows = rows.filter(attempt__portfolio=filters.portfolio)
    if filters.whose == "mine":
        rows = rows.filter(owner=user)
    elif filters.whose == "nobody":
        rows = rows.filter(owner__isnull=True)
    return rows


def owners_for(incident: Incident) -> QuerySet[User]:
    """Returns who may look into an incident: people with the right who see its portfolio.

    Whoever made the contact is not among them.
    """
    portfolio = incident.attempt.portfolio_id
    sees = Q(role__in=ALL_PORTFOLIO_ROLES) | granted_to(portfolio)
    people: QuerySet[User] = User.objects.filter(
        sees, role__in=roles_with("incident.manage"), is_active=True
    )
    if incident.attempt.made_by_id:
        people = people.exclude(pk=incident.attempt.made_by_id)
    return people.order_by("full_name", "pk")

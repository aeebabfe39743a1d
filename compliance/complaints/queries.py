"""Reads of the complaint register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from accounts.access.rights import ALL_PORTFOLIO_ROLES, roles_with
from accounts.models import User
from compliance.complaints.flow import EXTENSIONS, ComplaintClock, ComplaintStatus
from compliance.complaints.models import Complaint, ComplaintQuerySet
from loans.portfolios.models import Portfolio
from loans.portfolios.queries import granted_to

#: Who may be given a complaint: the roles that answer one.
ANSWERING_ROLES = roles_with("complaint.answer")
#: In the list: everything that still needs somebody, and each state for itself.
VIEWS = ("unclosed", "overdue", "open", "answered", "closed", "all")


@dataclass(frozen=True, slots=True)
class RegisterCounts:
    """How many complaints stand in each view of the list."""

    unclosed: int
    overdue: int
    open: int
    answered: int
    closed: int
    all: int


def complaints_in(complaints: ComplaintQuerySet, view: str, today: date) -> ComplaintQuerySet:
    """Narrows to one of VIEWS."""
    if view == "overdue":
        return complaints.overdue(today)
    if view == "unclosed":
        return complaints.unclosed()
    return complaints if view == "all" else complaints.filter(status=view)


def count_complaints(complaints: ComplaintQuerySet, today: date) -> RegisterCounts:
    """Counts every view in one query."""
    is_open = Q(status=ComplaintStatus.OPEN)
    found = complaints.order_by().aggregate(
        unclosed=Count("pk", filter=~Q(status=ComplaintStatus.CLOSED)),
        overdue=Count("pk", filter=is_open & Q(due_on__lt=today)),
        open=Count("pk", filter=is_open),
        answered=Count("pk", filter=Q(status=ComplaintStatus.ANSWERED)),
        closed=Count("pk", filter=Q(status=ComplaintStatus.CLOSED)),
        all=Count("pk"),
    )
    return RegisterCounts(**found)


def find_complaints(
    user: User, *, category: str = "", owner: str = "", number: int | None = None
) -> ComplaintQuerySet:
    """Returns the complaints a user may see, narrowed; owner is an id or "none"."""
    found: ComplaintQuerySet = Complaint.objects.visible_to(user).select_related(
        "party", "owner", "portfolio", "loan"
    )
    if category:
        found = found.filter(category=category)
    if owner:
        found = found.filter(owner=None) if owner == "none" else found.filter(owner=UUID(owner))
    if number is not None:
        found = found.filter(number=number)
    return found


def next_clock(complaint: Complaint) -> ComplaintClock | None:
    """Returns what an extension leads to; None where the terms of the complaint name no further."""
    following = EXTENSIONS.get(ComplaintClock(complaint.clock))
    reached = list(ComplaintClock).index(following) if following else len(complaint.answer_days)
    return following if reached < len(complaint.answer_days) else None


def last_number() -> int:
    """Returns the highest number given so far; 0 before the first complaint."""
    return Complaint.objects.aggregate(last=Max("number"))["last"] or 0


def who_may_answer(portfolio: Portfolio) -> QuerySet[User]:
    """Returns the active people who answer complaints and may see the portfolio."""
    may_see = Q(role__in=ALL_PORTFOLIO_ROLES) | granted_to(portfolio)
    people: QuerySet[User] = User.objects.filter(
        may_see, role__in=ANSWERING_ROLES, is_active=True
    ).order_by("full_name", "pk")
    return people


def owners_of(complaints: ComplaintQuerySet) -> QuerySet[User]:
    """Returns whose the complaints are, by name."""
    people: QuerySet[User] = User.objects.filter(
        pk__in=complaints.order_by().values("owner")
    ).order_by("full_name", "pk")
    return people

"""Reads of the pages of people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from accounts.shifts.models import Leave, Shift
from accounts.teams.models import Team
from accounts.users.models import User, UserQuerySet


def find_people(
    *, user: User, text: str = "", role: str = "", team: str = "", state: str = ""
) -> UserQuerySet:
    """Returns whom the user may look at, narrowed; text is part of a name or an address.

    Arguments: state "active", "left" or "" for both; team an id, or "none".
    """
    people: UserQuerySet = User.objects.visible_to(user).select_related("team")
    if text:
        people = people.filter(Q(full_name__icontains=text) | Q(email__icontains=text))
    if role:
        people = people.filter(role=role)
    if team:
        people = people.filter(team__isnull=True) if team == "none" else people.filter(team=team)
    if state:
        people = people.filter(is_active=state == "active")
    return people.order_by("full_name", "pk")


def teams_of(user: User) -> QuerySet[Team]:
    """Returns the teams the user may look at, with how many people work in each."""
    teams: QuerySet[Team] = (
        Team.objects.visible_to(user)
        .select_related("lead")
        .annotate(active_members=Count("members", filter=Q(members__is_active=True)))
        .order_by("-is_active", "name")
    )
    return teams


def working_people(*, user: User, team: Team | None) -> list[User]:
    """Returns the active people of a team whose rota the user may look at."""
    people = User.objects.visible_to(user).active().people().filter(team=team)
    return list(people.select_related("team").order_by("full_name"))


def shifts_of(people: Sequence[User]) -> dict[UUID, dict[int, list[Shift]]]:
    """Returns the shifts of each person by weekday; one query."""
    found: defaultdict[UUID, dict[int, list[Shift]]] = defaultdict(lambda: defaultdict(list))
    for shift in Shift.objects.filter(user__in=[person.pk for person in people]).order_by(
        "weekday", "starts_at"
    ):
        found[shift.user_id][shift.weekday].append(shift)
    return found


def leave_in_week(people: Sequence[User], monday: date) -> dict[UUID, list[Leave]]:
    """Returns the leave of each person that touches the week; one query."""
    found: defaultdict[UUID, list[Leave]] = defaultdict(list)
    for leave in Leave.objects.filter(
        user__in=[person.pk for person in people],
        starts_on__lte=monday + timedelta(days=6),
        ends_on__gte=monday,
    ).order_by("starts_on"):
        found[leave.user_id].append(leave)
    return found


def leave_of(*, person: User, since: date) -> list[Leave]:
    """Returns the leave of a person that runs or lies ahead, and what ended since a day."""
    return list(Leave.objects.filter(user=person, ends_on__gte=since).order_by("starts_on"))

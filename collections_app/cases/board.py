"""Reads of the assignment board: who holds how many, who is here, what nobody could be given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from accounts.access.rights import Role, roles_with
from accounts.models import Team, User
from accounts.shifts.queries import working_hours_of
from accounts.shifts.rota import at_work
from collections_app.cases.dealing_facts import Load, absence, leave_around, loads_of
from collections_app.cases.models import Case
from collections_app.cases.moves import CaseMove
from loans.portfolios.models import Portfolio, PortfolioGrant

_CASE_WORKERS = roles_with("case.work")
_LATEST_MOVES = 8


@dataclass(frozen=True, slots=True)
class AgentRow:
    """One agent of the board. `back_since` names the end of leave that was over lately."""

    agent: User
    load: Load
    past_due: tuple[tuple[str, Decimal], ...]
    is_here: bool
    away_until: date | None
    back_since: date | None


@dataclass(frozen=True, slots=True)
class UndealtGroup:
    """Cases that nobody could be given for one reason."""

    portfolio: str
    reason: str
    what: str
    people: int
    cases: int


def teams_for(user: User) -> QuerySet[Team]:
    """Returns the teams whose work the user deals out: own and led ones, and for a manager those
    that one of the granted portfolios was granted to."""
    portfolios = Portfolio.objects.visible_to(user)
    granted = PortfolioGrant.objects.filter(portfolio__in=portfolios, team__isnull=False)
    theirs = Q(pk=user.team_id) | Q(lead=user) | Q(pk__in=granted.values("team"))
    teams: QuerySet[Team] = Team.objects.visible_to(user).filter(theirs, is_active=True)
    return teams.select_related("lead")


def agents_by_team(
    *, teams: Sequence[Team], at: datetime, today_from: datetime
) -> dict[UUID, list[AgentRow]]:
    """Returns the rows of every team; five queries, whatever the number of people.

    Arguments: today_from, when "today" began for whoever looks. Agents are listed always, others
    when they hold cases, and who no longer signs in as long as they still do.
    """
    members = list(
        User.objects.filter(team__in=teams, role__in=_CASE_WORKERS).order_by("full_name")
    )
    ids = [member.pk for member in members]
    loads = loads_of(ids, since=today_from)
    amounts = _past_due_of(ids)
    hours, leave = working_hours_of(ids), leave_around(ids, at)
    rows: defaultdict[UUID, list[AgentRow]] = defaultdict(list)
    for member in members:
        load = loads.get(member.pk, Load())
        if not load.cases and (member.role != Role.AGENT or not member.is_active):
            continue
        away_until, back_since = absence(member, leave.get(member.pk, ()), at)
        rows[member.team_id].append(
            AgentRow(
                agent=member,
                load=load,
                past_due=tuple(sorted(amounts[member.pk].items())),
                is_here=away_until is None
                and at_work(at=at, shifts=hours[member.pk], leave=(), time_zone=member.time_zone),
                away_until=away_until,
                back_since=back_since,
            )
        )
    return rows


def _past_due_of(user_ids: Collection[UUID]) -> defaultdict[UUID, dict[str, Decimal]]:
    found: defaultdict[UUID, dict[str, Decimal]] = defaultdict(dict)
    rows = (
        Case.objects.open()
        .filter(assignee__in=user_ids)
        .order_by()
        .values_list("assignee", "portfolio__currency")
        .annotate(amount=Sum("loan__position__overdue_amount"))
    )
    for assignee, currency, amount in rows:
        found[assignee][currency] = amount or Decimal(0)
    return found


def undealt_for(user: User) -> list[UndealtGroup]:
    """Returns why cases of the user's portfolios are with nobody, the most people first."""
    rows = (
        Case.objects.open()
        .filter(assignee__isnull=True, portfolio__in=Portfolio.objects.visible_to(user))
        .order_by()
        .values_list("portfolio__name", "undealt_reason", "undealt_for")
        .annotate(people=Count("borrower", distinct=True), cases=Count("pk"))
    )
    return sorted(
        (UndealtGroup(*row) for row in rows), key=lambda group: (-group.people, group.portfolio)
    )


def undealt_portfolios(user: User) -> list[Portfolio]:
    """Returns the user's portfolios that have cases with nobody."""
    waiting = Case.objects.open().filter(assignee__isnull=True).values("portfolio")
    return list(Portfolio.objects.visible_to(user).filter(pk__in=waiting).order_by("pk"))


def names_of(user_ids: Collection[str]) -> dict[str, str]:
    """Returns full names by id; no query for nobody."""
    if not user_ids:
        return {}
    people = User.objects.filter(pk__in=user_ids).values_list("pk", "full_name")
    return {str(pk): name for pk, name in people}


def latest_moves(user: User) -> list[CaseMove]:
    """Returns the last moves the user may look at, newest first."""
    return list(
        CaseMove.objects.visible_to(user).select_related("from_user", "made_by")[:_LATEST_MOVES]
    )


def standing_moves(users: Collection[UUID]) -> dict[UUID, CaseMove]:
    """Returns the latest move of each of these people's cases that was not taken back."""
    moves = CaseMove.objects.filter(from_user__in=users, undone_at__isnull=True)
    found: dict[UUID, CaseMove] = {}
    for move in moves.order_by("made_at"):
        if move.from_user_id is not None:
            found[move.from_user_id] = move
    return found


def people_to_name(user: User) -> QuerySet[User]:
    """Returns whom the user may name as the target of a move."""
    people: QuerySet[User] = (
        User.objects.visible_to(user)
        .filter(is_active=True, team__in=teams_for(user).values("pk"), role__in=_CASE_WORKERS)
        .select_related("team")
        .order_by("team__name", "full_name")
    )
    return people

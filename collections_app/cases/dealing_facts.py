"""The facts a deal is decided on: what waiting cases need, what agents can take. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery

from accounts.access.decorators import has_right
from accounts.access.rights import Role
from accounts.models import User
from accounts.shifts.models import Leave
from accounts.training.models import Certificate
from accounts.users.languages import spoken_language
from collections_app.cases.assignment import AgentFacts, CaseNeed, Holder, Queues
from collections_app.cases.models import Case
from collections_app.cases.routing import SkillRequirement, TeamQueue
from loans.borrowers.models import Address
from loans.borrowers.zones import normalise_region
from loans.portfolios.models import BucketRange, PortfolioGrant

#: For so long it is remembered who got how many, so that turns go on from deal to deal.
LATELY: Final = timedelta(days=7)


def waiting_cases() -> QuerySet[Case]:
    """Returns the open cases that nobody holds, the longest late first."""
    return (
        Case.objects.open()
        .filter(assignee__isnull=True)
        .order_by(
            F("loan__position__oldest_unsatisfied_due_on").asc(nulls_last=True),
            "loan__contract_no",
        )
    )


def needs_of(cases: QuerySet[Case]) -> list[CaseNeed]:
    """Returns what each case needs, in the order of the queryset; three queries."""
    home = Address.objects.filter(party=OuterRef("borrower_id"), is_current=True)
    rows = list(
        cases.annotate(
            home_region=Subquery(
                home.exclude(region="").order_by("kind", "pk").values("region")[:1]
            )
        ).values_list(
            "pk",
            "borrower_id",
            "portfolio_id",
            "portfolio__bucket_scheme_id",
            "loan__product_id",
            "loan__position__bucket",
            "borrower__language",
            "portfolio__language",
            "home_region",
        )
    )
    severities = {
        (scheme, code): severity
        for scheme, code, severity in BucketRange.objects.filter(
            scheme__in={row[3] for row in rows}
        ).values_list("scheme_id", "code", "severity")
    }
    skills = _skills_by_portfolio({row[2] for row in rows})
    needs = []
    for case, borrower, portfolio, scheme, product, bucket, own, usual, region in rows:
        severity = severities.get((scheme, bucket), 0)
        needs.append(
            CaseNeed(
                case_id=case,
                borrower_id=borrower,
                portfolio_id=portfolio,
                severity=severity,
                language=spoken_language(own or usual),
                region=region or "",
                skills=frozenset(
                    rule.skill
                    for rule in skills[portfolio]
                    if rule.covers(severity) and rule.product_id in (None, product)
                ),
            )
        )
    return needs


def _skills_by_portfolio(portfolios: Collection[UUID]) -> Mapping[UUID, list[SkillRequirement]]:
    found: defaultdict[UUID, list[SkillRequirement]] = defaultdict(list)
    for rule in SkillRequirement.objects.filter(portfolio__in=portfolios):
        found[rule.portfolio_id].append(rule)
    return found


@dataclass(frozen=True)
class Grants:
    """Which portfolios teams and people were granted."""

    of_team: Mapping[UUID, frozenset[UUID]]
    of_user: Mapping[UUID, frozenset[UUID]]

    def seen_by(self, user_id: UUID, team_id: UUID | None) -> frozenset[UUID]:
        """Returns the portfolios someone of a team may see."""
        team = self.of_team.get(team_id, frozenset()) if team_id else frozenset()
        return team | self.of_user.get(user_id, frozenset())


def read_grants() -> Grants:
    """Reads all grants; there are few."""
    teams: defaultdict[UUID, set[UUID]] = defaultdict(set)
    users: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for portfolio, team, user in PortfolioGrant.objects.values_list(
        "portfolio_id", "team_id", "user_id"
    ):
        if team is not None:
            teams[team].add(portfolio)
        elif user is not None:
            users[user].add(portfolio)
    return Grants(
        of_team={team: frozenset(granted) for team, granted in teams.items()},
        of_user={user: frozenset(granted) for user, granted in users.items()},
    )


def agents_for(*, portfolios: Collection[UUID], grants: Grants) -> list[User]:
    """Returns the active agents of the teams that these portfolios were granted to."""
    teams = [team for team, granted in grants.of_team.items() if granted & set(portfolios)]
    return list(
        User.objects.active()
        .filter(role=Role.AGENT, team__in=teams, team__is_active=True)
        .order_by("pk")
    )


def facts_of(*, agents: Sequence[User], at: datetime, grants: Grants) -> list[AgentFacts]:
    """Returns what each of these people can take at the moment `at`; three queries."""
    ids = [agent.pk for agent in agents]
    loads = loads_of(ids, since=at - LATELY)
    certified = _certified_skills(ids, at.date())
    leave = leave_around(ids, at)
    facts = []
    for agent in agents:
        load = loads.get(agent.pk, Load())
        away_until, back_since = absence(agent, leave.get(agent.pk, ()), at)
        is_new = agent.created_at > at - LATELY
        facts.append(
            AgentFacts(
                agent_id=agent.pk,
                team_id=agent.team_id,
                portfolios=grants.seen_by(agent.pk, agent.team_id),
                languages=frozenset(agent.spoken_languages),
                skills=frozenset(agent.skills) | certified[agent.pk],
                regions=_regions_of(agent),
                capacity=agent.capacity,
                held=load.people,
                share=agent.share_percent,
                lately=load.lately,
                joined=is_new or back_since is not None,
                is_away=away_until is not None,
                last_assigned_at=load.last_at,
            )
        )
    return facts


def _regions_of(agent: User) -> frozenset[str]:
    """As written, and as addresses store them: US states by their two letters."""
    return frozenset(
        name.casefold()
        for region in agent.regions
        for name in (region, normalise_region(country="US", region=region))
    )


@dataclass(frozen=True, slots=True)
class Load:
    """What somebody holds: people, cases, people who came lately, and when the last one came."""

    people: int = 0
    cases: int = 0
    lately: int = 0
    last_at: datetime | None = None


def loads_of(user_ids: Collection[UUID], *, since: datetime) -> dict[UUID, Load]:
    """Returns what each of these people holds, over all portfolios; one query."""
    rows = (
        Case.objects.open()
        .filter(assignee__in=user_ids)
        .order_by()
        .values("assignee")
        .annotate(
            people=Count("borrower", distinct=True),
            cases=Count("pk"),
            lately=Count("borrower", distinct=True, filter=Q(assigned_at__gte=since)),
            last_at=Max("assigned_at"),
        )
    )
    return {
        row["assignee"]: Load(row["people"], row["cases"], row["lately"], row["last_at"])
        for row in rows
    }


def leave_around(user_ids: Collection[UUID], at: datetime) -> dict[UUID, list[Leave]]:
    """Returns leave that runs at the moment `at` or ended lately; one query."""
    found: defaultdict[UUID, list[Leave]] = defaultdict(list)
    for leave in Leave.objects.filter(
        user__in=user_ids,
        ends_on__gte=at.date() - LATELY - timedelta(days=1),
        starts_on__lte=at.date() + timedelta(days=1),
    ).order_by("starts_on"):
        found[leave.user_id].append(leave)
    return found


def absence(user: User, leave: Sequence[Leave], at: datetime) -> tuple[date | None, date | None]:
    """Returns (away until, back since): the last day of leave now, or of leave that ended lately.

    Days are counted on the person's own clock. Who is merely off shift is not away.
    """
    today = at.astimezone(ZoneInfo(user.time_zone)).date()
    running = [row.ends_on for row in leave if row.starts_on <= today <= row.ends_on]
    if running:
        return max(running), None
    ended = [row.ends_on for row in leave if row.ends_on < today]
    return None, max(ended) if ended else None


def _certified_skills(user_ids: Collection[UUID], on: date) -> Mapping[UUID, frozenset[str]]:
    """A valid certificate gives the skill of its course, without being entered twice."""
    found: defaultdict[UUID, frozenset[str]] = defaultdict(frozenset)
    rows: Any = Certificate.objects.filter(user__in=user_ids).valid_on(on)
    for user_id, skill in rows.values_list("user_id", "course__skill"):
        found[user_id] |= {skill}
    return found


def holders_of(
    *, cases: QuerySet[Case], portfolios: Collection[UUID], at: datetime, grants: Grants
) -> dict[UUID, Holder]:
    """Returns who works the people of these cases already, where they may see the portfolios.

    Whoever was given the person last counts. Two queries.
    """
    held = (
        Case.objects.open()
        .filter(assignee__isnull=False, borrower__in=cases.order_by().values("borrower"))
        .order_by("assigned_at", "pk")
        .select_related("assignee")
        .only("borrower_id", "assignee")
    )
    people: dict[UUID, User] = {}
    for case in held:
        agent = case.assignee
        if agent and grants.seen_by(agent.pk, agent.team_id) >= set(portfolios):
            people[case.borrower_id] = agent
    leave = leave_around({agent.pk for agent in people.values()}, at)
    return {
        borrower: Holder(agent.pk, can_take=_can_take(agent, leave.get(agent.pk, ()), at))
        for borrower, agent in people.items()
    }


def _can_take(agent: User, leave: Sequence[Leave], at: datetime) -> bool:
    return has_right(agent, "case.work") and absence(agent, leave, at)[0] is None


def teams_of(user_ids: Collection[UUID]) -> dict[UUID, UUID | None]:
    """Returns the teams of some people; no query for nobody."""
    if not user_ids:
        return {}
    return dict(User.objects.filter(pk__in=user_ids).values_list("pk", "team_id"))


def queues_of(portfolios: Collection[UUID]) -> Queues:
    """Returns which severities each team works of each portfolio; one query."""
    found: defaultdict[tuple[UUID, UUID], list[tuple[int, int]]] = defaultdict(list)
    for queue in TeamQueue.objects.filter(portfolio__in=portfolios):
        found[(queue.portfolio_id, queue.team_id)].append((queue.severity_from, queue.severity_to))
    return found

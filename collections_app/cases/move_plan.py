"""What a move would do, case by case, before anybody decides; and what can be taken back of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from collections_app.cases.assignment import (
    AgentFacts,
    CaseNeed,
    Deal,
    DealtBecause,
    Given,
    Left,
    Undealt,
    deal,
)
from collections_app.cases.dealing_facts import (
    agents_for,
    facts_of,
    needs_of,
    queues_of,
    read_grants,
)
from collections_app.cases.models import Case
from core.idempotency import fingerprint_of


class Stays(models.TextChoices):
    """Why a case stays where it is, beyond what a deal can answer."""

    BEYOND_SCOPE = "beyond_scope", _("other loans of this person are beyond what you may see")
    NO_SIGHT = "no_sight", _("the portfolio is not granted to the agent")
    THERE = "there", _("is there already")
    OVER = "over", _("the case is over")
    MOVED_ON = "moved_on", _("somebody else works the person since")
    LEFT = "left", _("who had it works no cases any more")


@dataclass(frozen=True, kw_only=True)
class MoveRequest:
    """What is asked: all people of one agent or chosen cases, to a team's agents or one person."""

    asked_by: User
    from_user: User | None = None
    case_ids: tuple[UUID, ...] = ()
    to_team: Team | None = None
    to_user: User | None = None


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One case of the plan: to_id names its next agent, else `why` says why it stays."""

    case: Case
    to_id: UUID | None
    why: str
    why_for: str = ""

    @property
    def moves(self) -> bool:
        return self.to_id is not None


@dataclass(frozen=True)
class MovePlan:
    """The whole plan. Its digest changes when anything that would be done changes."""

    request: MoveRequest
    rows: tuple[PlannedRow, ...]
    targets: Mapping[UUID, User] = field(default_factory=dict)

    @property
    def moving(self) -> list[PlannedRow]:
        return [row for row in self.rows if row.moves]

    @property
    def staying(self) -> list[PlannedRow]:
        return [row for row in self.rows if not row.moves]

    @property
    def portfolios(self) -> set[UUID]:
        return {row.case.portfolio_id for row in self.rows}

    @property
    def people_count(self) -> int:
        return len({row.case.borrower_id for row in self.moving})

    @property
    def digest(self) -> str:
        return fingerprint_of(
            sorted(
                [str(row.case.pk), str(row.case.assignee_id), str(row.to_id), row.why]
                for row in self.rows
            )
        )


def cases_to_move(request: MoveRequest) -> QuerySet[Case]:
    """Returns the open cases a move is about that its asker sees, the longest late first.

    A person moves as a whole: choosing one case of a person chooses all of them.
    """
    seen = Case.objects.visible_to(request.asked_by).open()
    if request.from_user is not None:
        chosen = seen.filter(assignee=request.from_user)
    else:
        borrowers = seen.filter(pk__in=request.case_ids).order_by().values("borrower")
        chosen = seen.filter(borrower__in=borrowers)
    return chosen.order_by(
        F("loan__position__oldest_unsatisfied_due_on").asc(nulls_last=True), "loan__contract_no"
    )


def plan_move(*, request: MoveRequest, at: datetime) -> MovePlan:
    """Decides for every case where it would go, or why it stays. Writes nothing."""
    cases = list(
        cases_to_move(request).select_related("loan__position", "borrower", "portfolio", "assignee")
    )
    if not cases:
        return MovePlan(request=request, rows=())
    beyond = _people_beyond_scope(request, cases)
    free = [case for case in cases if case.borrower_id not in beyond]
    needs = {
        need.case_id: need for need in needs_of(Case.objects.filter(pk__in=[c.pk for c in free]))
    }
    ordered = [needs[case.pk] for case in free]
    if request.to_user is not None:
        targets = {request.to_user.pk: request.to_user}
        decided = _to_one_person(request.to_user, free, ordered, at)
    else:
        targets, decided = _among_team(request, ordered, at)
    return MovePlan(
        request=request,
        rows=tuple(_planned(case, beyond, decided) for case in cases),
        targets=targets,
    )


def _planned(case: Case, beyond: Collection[UUID], decided: Deal) -> PlannedRow:
    if case.borrower_id in beyond:
        return PlannedRow(case, None, Stays.BEYOND_SCOPE)
    given = decided.given.get(case.pk)
    if given is None:
        left = decided.left[case.pk]
        return PlannedRow(case, None, left.reason, left.what)
    if given.agent_id == case.assignee_id:
        return PlannedRow(case, None, Stays.THERE)
    return PlannedRow(case, given.agent_id, given.because)


def _people_beyond_scope(request: MoveRequest, cases: Sequence[Case]) -> set[UUID]:
    """People of whom the same agent also holds a case that the asker does not see."""
    holders = {case.assignee_id for case in cases}
    same = Q(assignee__in=holders - {None})
    return set(
        Case.objects.open()
        .filter(same, borrower__in={case.borrower_id for case in cases})
        .exclude(pk__in=[case.pk for case in cases])
        .values_list("borrower_id", flat=True)
    )


def _among_team(
    request: MoveRequest, needs: Sequence[CaseNeed], at: datetime
) -> tuple[dict[UUID, User], Deal]:
    """Deals by the rules of new cases, among one team, without whoever gives the people away."""
    grants = read_grants()
    portfolios = {need.portfolio_id for need in needs}
    agents = {
        agent.pk: agent
        for agent in agents_for(portfolios=portfolios, grants=grants)
        if request.to_team is None or agent.team_id == request.to_team.pk
    }
    if request.from_user is not None:
        agents.pop(request.from_user.pk, None)
    facts = facts_of(agents=list(agents.values()), at=at, grants=grants)
    return agents, deal(cases=needs, agents=facts, holders={}, queues=queues_of(portfolios))


def next_in_team(
    *, case: Case, team: Team, without: Collection[UUID | None], at: datetime
) -> UUID | None:
    """Returns whom of a team the rules of new cases would give the person of a case to.

    Arguments: without, agents left out. Writes nothing; None where nobody can take them.
    """
    theirs = Case.objects.open().filter(borrower=case.borrower_id, portfolio=case.portfolio_id)
    needs, portfolios, grants = needs_of(theirs), {case.portfolio_id}, read_grants()
    agents = [
        agent
        for agent in agents_for(portfolios=portfolios, grants=grants)
        if agent.team_id == team.pk and agent.pk not in without
    ]
    facts = facts_of(agents=agents, at=at, grants=grants)
    decided = deal(cases=needs, agents=facts, holders={}, queues=queues_of(portfolios))
    given = decided.given.get(case.pk)
    return given.agent_id if given else None


def _to_one_person(
    target: User, cases: Sequence[Case], needs: Sequence[CaseNeed], at: datetime
) -> Deal:
    """Gives all to one named person: only what they may see, and never above their capacity.

    Language, skill and region are the judgement of whoever names them.
    """
    (facts,) = facts_of(agents=[target], at=at, grants=read_grants())
    held = set(
        Case.objects.open()
        .filter(assignee=target, borrower__in={case.borrower_id for case in cases})
        .values_list("borrower_id", flat=True)
    )
    people: defaultdict[UUID, list[CaseNeed]] = defaultdict(list)
    for need in needs:
        people[need.borrower_id].append(need)
    decided, room = Deal(), _room(facts)
    for borrower, theirs in people.items():
        sees_all = {need.portfolio_id for need in theirs} <= facts.portfolios
        if not sees_all:
            decided.left |= {n.case_id: Left(Stays.NO_SIGHT) for n in theirs}
        elif borrower not in held and room is not None and room <= 0:
            decided.left |= {n.case_id: Left(Undealt.FULL) for n in theirs}
        else:
            room = room if room is None or borrower in held else room - 1
            decided.given |= {n.case_id: Given(target.pk, DealtBecause.NAMED) for n in theirs}
    return decided


def _room(facts: AgentFacts) -> int | None:
    return None if facts.capacity is None else facts.capacity - facts.held


@dataclass(frozen=True, slots=True)
class Gain:
    """What one agent would get: people, cases, and past due by currency."""

    agent: User
    people: int
    cases: int
    amounts: tuple[tuple[str, Decimal], ...]


def gains_of(plan: MovePlan) -> list[Gain]:
    """Returns what each agent would get, the most people first."""
    people: defaultdict[UUID, set[UUID]] = defaultdict(set)
    cases: defaultdict[UUID, int] = defaultdict(int)
    amounts: defaultdict[UUID, defaultdict[str, Decimal]] = defaultdict(
        lambda: defaultdict(Decimal)
    )
    for row in plan.moving:
        if row.to_id is None:
            continue
        people[row.to_id].add(row.case.borrower_id)
        cases[row.to_id] += 1
        amounts[row.to_id][row.case.portfolio.currency] += past_due_of(row.case)
    gains = [
        Gain(plan.targets[agent], len(people[agent]), cases[agent], tuple(sorted(sums.items())))
        for agent, sums in amounts.items()
    ]
    return sorted(gains, key=lambda gain: (-gain.people, gain.agent.full_name))


def past_due_of(case: Case) -> Decimal:
    """Returns what is past due on a case's loan; nothing where it has no position yet."""
    position = getattr(case.loan, "position", None)
    return position.overdue_amount if position is not None else Decimal(0)

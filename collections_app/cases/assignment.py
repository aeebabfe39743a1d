"""Dealing people to agents by what they need and what agents can do. Pure: facts in, decisions out.

A person is dealt as a whole. Team, language, skill, presence, share above nothing and capacity are
conditions; a region is a preference. Among those who can take a person, turns follow the quota
method of Balinski and Young ("The quota method of apportionment", American Mathematical Monthly 82,
1975): after every person, what each agent got is within one of their ideal part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

#: How many people a region may run an agent ahead of their share.
LOCAL_AHEAD: Final = 3


class DealtBecause(models.TextChoices):
    """Why a person came to this agent."""

    HOLDER = "holder", _("already works this person")
    REGION = "region", _("knows the region and was next")
    TURN = "turn", _("was next")
    NAMED = "named", _("named by whoever moved it")


class Undealt(models.TextChoices):
    """Why a person came to nobody: the first condition that left no agent."""

    NO_TEAM = "no_team", _("no team works this part of the portfolio")
    LANGUAGE = "language", _("no agent speaks the person's language")
    SKILL = "skill", _("no agent has the skill it needs")
    AWAY = "away", _("everyone who could is away")
    NO_SHARE = "no_share", _("everyone who could takes nothing new")
    FULL = "full", _("everyone who could is full")
    HOLDER_AWAY = "holder_away", _("whoever works this person is away")


@dataclass(frozen=True, slots=True)
class CaseNeed:
    """What a case asks of its agent. `severity` is its bucket's; empty language or region: any."""

    case_id: UUID
    borrower_id: UUID
    portfolio_id: UUID
    severity: int = 0
    language: str = ""
    region: str = ""
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AgentFacts:
    """What an agent can take. Empty languages or regions limit nothing; no capacity, no limit.

    `held` counts people; `lately` the people who came in the last days, the memory of whose turn
    it is; who `joined` during those days (from leave, or newly) starts level with the others.
    """

    agent_id: UUID
    team_id: UUID | None
    portfolios: frozenset[UUID]
    languages: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    capacity: int | None = None
    held: int = 0
    share: int = 100
    lately: int = 0
    joined: bool = False
    is_away: bool = False
    last_assigned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """Who works the person already, and whether new cases can go there now."""

    agent_id: UUID
    can_take: bool


@dataclass(frozen=True, slots=True)
class Given:
    """A case that goes to an agent."""

    agent_id: UUID
    because: DealtBecause


@dataclass(frozen=True, slots=True)
class Left:
    """A case that goes to nobody; `what` is the language, the skill or the absent agent's id."""

    reason: models.TextChoices
    what: str = ""


@dataclass(slots=True)
class Deal:
    """The decision on every case of a deal."""

    given: dict[UUID, Given] = field(default_factory=dict)
    left: dict[UUID, Left] = field(default_factory=dict)


#: (portfolio, team) -> the severities it works, both ends included. Not listed: all of them.
Queues = Mapping[tuple[UUID, UUID], Sequence[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class _Needs:
    """What one person's cases ask together; equal needs are met by the same agents."""

    parts: frozenset[tuple[UUID, int]]
    language: str
    skills: frozenset[str]


def deal(
    *,
    cases: Sequence[CaseNeed],
    agents: Sequence[AgentFacts],
    holders: Mapping[UUID, Holder],
    queues: Queues | None = None,
) -> Deal:
    """Decides for every case who takes it, or why nobody can; the first case is served first.

    `holders` names who works a person already: their new cases go nowhere else, so that a person
    is never split, and wait while that agent cannot take them.
    """
    table = _Table(agents, queues or {})
    dealt = Deal()
    for borrower, theirs in _by_person(cases).items():
        holder = holders.get(borrower)
        decision: Given | Left
        if holder is None:
            decision = table.place(theirs)
        elif holder.can_take:
            decision = Given(holder.agent_id, DealtBecause.HOLDER)
        else:
            decision = Left(Undealt.HOLDER_AWAY, str(holder.agent_id))
        for case in theirs:
            if isinstance(decision, Given):
                dealt.given[case.case_id] = decision
            else:
                dealt.left[case.case_id] = decision
    return dealt


def _by_person(cases: Sequence[CaseNeed]) -> dict[UUID, list[CaseNeed]]:
    people: dict[UUID, list[CaseNeed]] = {}
    for case in cases:
        people.setdefault(case.borrower_id, []).append(case)
    return people


class _Able:
    """Who can take people of the same needs and still has room; or why there never was anybody."""

    def __init__(self, agents: Sequence[AgentFacts], seats: Sequence[int], nobody: Left | None):
        self.nobody = nobody
        self.seats = list(seats)
        self.shares = sum(agents[seat].share for seat in seats)
        self.local: dict[str, list[int]] = {}
        for seat in seats:
            for region in agents[seat].regions:
                self.local.setdefault(region, []).append(seat)

    def drop(self, seat: int, agent: AgentFacts) -> None:
        """Takes out an agent who is full."""
        if seat in self.seats:
            self.seats.remove(seat)
            self.shares -= agent.share
            for region in agent.regions:
                self.local[region].remove(seat)


class _Table:
    """The agents of one deal, each on a seat by waiting time, and what each has got so far."""

    def __init__(self, agents: Sequence[AgentFacts], queues: Queues) -> None:
        self.agents = sorted(agents, key=_longest_waiting)
        self.queues = queues
        self.held = [agent.held for agent in self.agents]
        self.turns = _level_turns(self.agents)
        self.able: dict[_Needs, _Able] = {}

    def place(self, cases: Sequence[CaseNeed]) -> Given | Left:
        """Finds the agent for one person and counts them in."""
        needs = _needs_of(cases)
        able = self.able.get(needs)
        if able is None:
            able = self.able[needs] = self._who_is_able(needs)
        if able.nobody is not None:
            return able.nobody
        if not able.seats:
            return Left(Undealt.FULL)
        region = next((case.region for case in cases if case.region), "").casefold()
        near = self._next_due(able.local.get(region, ()), able, ahead=LOCAL_AHEAD)
        seat = self._next_due(able.seats, able) if near is None else near
        if seat is None:  # cannot be: the parts of those below their quota add up to everybody
            raise AssertionError("Nobody is due among agents who can take the person.")
        self._count_in(seat)
        because = DealtBecause.TURN if near is None else DealtBecause.REGION
        return Given(self.agents[seat].agent_id, because)

    def _next_due(self, seats: Sequence[int], able: _Able, *, ahead: int = 0) -> int | None:
        """The quota method: of those who with one person more stay at most `ahead` people above
        their upper quota, the one whose part is most behind; of equals who waited longest."""
        people = sum(map(self.turns.__getitem__, able.seats)) + 1
        best, best_part = None, 0.0
        for seat in seats:
            share, turns = self.agents[seat].share, self.turns[seat]
            if (turns - ahead) * able.shares < people * share:
                part = (turns + 1) / share
                if best is None or part < best_part:
                    best, best_part = seat, part
        return best

    def _count_in(self, seat: int) -> None:
        self.turns[seat] += 1
        self.held[seat] += 1
        agent = self.agents[seat]
        if agent.capacity is not None and self.held[seat] >= agent.capacity:
            for able in self.able.values():
                able.drop(seat, agent)

    def _who_is_able(self, needs: _Needs) -> _Able:
        """Narrows by one condition after the other; names the first that leaves nobody."""
        missing = ", ".join(sorted(needs.skills))
        conditions: list[tuple[Callable[[AgentFacts], bool], Left]] = [
            (lambda agent: self._works(agent, needs), Left(Undealt.NO_TEAM)),
            (lambda agent: _speaks(agent, needs), Left(Undealt.LANGUAGE, needs.language)),
            (lambda agent: needs.skills <= agent.skills, Left(Undealt.SKILL, missing[:40])),
            (lambda agent: not agent.is_away, Left(Undealt.AWAY)),
            (lambda agent: agent.share > 0, Left(Undealt.NO_SHARE)),
        ]
        seats = list(range(len(self.agents)))
        for meets, nobody in conditions:
            seats = [seat for seat in seats if meets(self.agents[seat])]
            if not seats:
                return _Able(self.agents, (), nobody)
        free = [seat for seat in seats if self._has_room(seat)]
        return _Able(self.agents, free, None)

    def _has_room(self, seat: int) -> bool:
        capacity = self.agents[seat].capacity
        return capacity is None or self.held[seat] < capacity

    def _works(self, agent: AgentFacts, needs: _Needs) -> bool:
        return all(
            portfolio in agent.portfolios and self._in_queue(agent, portfolio, severity)
            for portfolio, severity in needs.parts
        )

    def _in_queue(self, agent: AgentFacts, portfolio: UUID, severity: int) -> bool:
        if agent.team_id is None:
            return True
        ranges = self.queues.get((portfolio, agent.team_id))
        return ranges is None or any(low <= severity <= high for low, high in ranges)


def _needs_of(cases: Sequence[CaseNeed]) -> _Needs:
    """A person with several cases goes to the team that works the worst of each portfolio."""
    worst: dict[UUID, int] = {}
    for case in cases:
        worst[case.portfolio_id] = max(case.severity, worst.get(case.portfolio_id, 0))
    return _Needs(
        parts=frozenset(worst.items()),
        language=next((case.language for case in cases if case.language), ""),
        skills=frozenset().union(*(case.skills for case in cases)),
    )


def _speaks(agent: AgentFacts, needs: _Needs) -> bool:
    return not needs.language or not agent.languages or needs.language in agent.languages


def _longest_waiting(agent: AgentFacts) -> tuple[bool, float, str]:
    at = agent.last_assigned_at
    return at is not None, at.timestamp() if at else 0.0, str(agent.agent_id)


def _level_turns(agents: Sequence[AgentFacts]) -> list[int]:
    """Counts of people lately; who joined lately starts level with whoever got least of the rest.

    Otherwise somebody back from leave would be given everything new until they caught up.
    """
    working = [agent for agent in agents if agent.share > 0 and not agent.is_away]
    level = min((a.lately / a.share for a in working if not a.joined), default=0.0)
    return [
        max(agent.lately, int(level * agent.share)) if agent.joined else agent.lately
        for agent in agents
    ]

"""Dealing cases to agents in turn. Pure: the same input always gives the same deal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent who is at work, and when that agent was last given a case."""

    agent_id: UUID
    last_assigned_at: datetime | None


@dataclass(frozen=True, slots=True)
class Unassigned:
    """A case without an agent, and whose it is."""

    case_id: UUID
    borrower_id: UUID


def deal(
    *,
    cases: Sequence[Unassigned],
    agents: Sequence[Candidate],
    holders: Mapping[UUID, UUID],
) -> dict[UUID, UUID]:
    """Returns case id -> agent id, round robin from the agent who waited longest.

    `holders` says which agent already works a person; that agent keeps the person when at work,
    and all cases of one person in this deal go to one agent.
    """
    if not agents:
        return {}
    order = [
        agent.agent_id
        for agent in sorted(
            agents,
            key=lambda a: (
                a.last_assigned_at is not None,
                a.last_assigned_at.timestamp() if a.last_assigned_at else 0,
                str(a.agent_id),
            ),
        )
    ]
    kept = {borrower: agent for borrower, agent in holders.items() if agent in order}
    dealt: dict[UUID, UUID] = {}
    turn = 0
    for case in cases:
        if case.borrower_id not in kept:
            kept[case.borrower_id] = order[turn % len(order)]
            turn += 1
        dealt[case.case_id] = kept[case.borrower_id]
    return dealt

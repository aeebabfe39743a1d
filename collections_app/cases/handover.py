"""Writing who works a case, for many cases at once: the one place where an agent is set."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import connection

from collections_app.cases.assignment import Left
from collections_app.cases.models import Case, CaseEvent, CaseEventKind
from core.audit.actors import Actor
from core.facts.copying import copy_rows
from core.locks import Lock, advisory_lock

_DEALING: Final = "dealing"
_CASES: Final = Case._meta.db_table


@dataclass(frozen=True, slots=True)
class Handover:
    """One case from one agent to another; to_id None gives it back to nobody."""

    case_id: UUID
    portfolio_id: UUID
    from_id: UUID | None
    to_id: UUID | None
    team_id: UUID | None
    because: str = ""


def lock_dealing(portfolios: Collection[UUID]) -> None:
    """Lets everything that sets an agent wait for each other, until the transaction ends.

    First the portfolios, whose cases may be opening or ending, then one lock for all dealing:
    an agent's capacity counts over every portfolio.
    """
    for portfolio_id in sorted(portfolios):
        advisory_lock(Lock.CASE, portfolio_id)
    advisory_lock(Lock.CASE, _DEALING)


def hand_over(
    *,
    rows: Sequence[Handover],
    at: datetime,
    days: Mapping[UUID, date],
    by: Actor,
    reason: str = "",
    move_id: UUID | None = None,
) -> int:
    """Sets the agents of open cases and writes one event each; returns how many.

    Arguments: days, portfolio to its business date; reason for the events. Set-based: one update
    however many rows. The caller holds `lock_dealing` and writes the line of the trail.
    """
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {_CASES} AS c
               SET assignee_id = d.agent_id, team_id = d.team_id, assigned_at = %s,
                   undealt_reason = '', undealt_for = ''
              FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[]) AS d (case_id, agent_id, team_id)
             WHERE c.id = d.case_id AND c.state = 'open'
            """,  # noqa: S608 - the table's own name
            [
                at,
                [row.case_id for row in rows],
                [row.to_id for row in rows],
                [row.team_id for row in rows],
            ],
        )
    copy_rows(
        [
            CaseEvent(
                case_id=row.case_id,
                kind=CaseEventKind.ASSIGNED,
                on=days[row.portfolio_id],
                by=by.label,
                from_user_id=row.from_id,
                to_user_id=row.to_id,
                reason=reason,
                data=_event_data(row.because, move_id),
            )
            for row in rows
        ]
    )
    return len(rows)


def note_undealt(left: Mapping[UUID, Left]) -> None:
    """Notes on cases that nobody could be given why, where that is new."""
    if not left:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {_CASES} AS c
               SET undealt_reason = d.reason, undealt_for = d.what
              FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS d (case_id, reason, what)
             WHERE c.id = d.case_id AND c.assignee_id IS NULL
               AND (c.undealt_reason, c.undealt_for) IS DISTINCT FROM (d.reason, d.what)
            """,  # noqa: S608 - the table's own name
            [
                list(left),
                [str(decision.reason) for decision in left.values()],
                [decision.what for decision in left.values()],
            ],
        )


def _event_data(because: str, move_id: UUID | None) -> dict[str, str]:
    data = {"because": because} if because else {}
    return data | ({"move": str(move_id)} if move_id else {})

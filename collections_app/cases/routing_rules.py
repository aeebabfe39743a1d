"""Saying which team works which buckets, and which cases need a skill."""

from __future__ import annotations

from django.db import transaction

from accounts.models import Team
from collections_app.cases.routing import HIGHEST_SEVERITY, SkillRequirement, TeamQueue
from core.audit.actors import Actor
from core.audit.services import record
from loans.portfolios.models import Portfolio, Product


@transaction.atomic
def save_team_queue(
    *,
    portfolio: Portfolio,
    team: Team,
    by: Actor,
    severity_from: int = 0,
    severity_to: int = HIGHEST_SEVERITY,
    queue: TeamQueue | None = None,
) -> TeamQueue:
    """Gives a team some buckets of a portfolio, or changes `queue`; holds from the next deal on.

    Arguments: severities 0 to 5, both included. Raises ValidationError for a range that runs
    backwards and for one that is there already.
    """
    row = queue or TeamQueue()
    row.portfolio, row.team = portfolio, team
    row.severity_from, row.severity_to = severity_from, severity_to
    row.full_clean()
    row.save()
    _record(row, "team_queue.saved", by, team=str(team.pk), severities=[severity_from, severity_to])
    return row


@transaction.atomic
def remove_team_queue(*, queue: TeamQueue, by: Actor) -> None:
    """Takes a queue away. A team without any queue in a portfolio works all of its buckets."""
    _record(queue, "team_queue.removed", by, team=str(queue.team_id))
    queue.delete()


@transaction.atomic
def save_skill_requirement(
    *,
    portfolio: Portfolio,
    skill: str,
    by: Actor,
    product: Product | None = None,
    severity_from: int = 0,
    severity_to: int = HIGHEST_SEVERITY,
    requirement: SkillRequirement | None = None,
) -> SkillRequirement:
    """Requires a skill for cases of a portfolio, or changes `requirement`.

    Raises ValidationError for a range that runs backwards and for one that is there already.
    """
    row = requirement or SkillRequirement()
    row.portfolio, row.product, row.skill = portfolio, product, skill.strip().lower()
    row.severity_from, row.severity_to = severity_from, severity_to
    row.full_clean()
    row.save()
    _record(row, "skill_requirement.saved", by, skill=row.skill)
    return row


@transaction.atomic
def remove_skill_requirement(*, requirement: SkillRequirement, by: Actor) -> None:
    """Requires a skill no longer."""
    _record(requirement, "skill_requirement.removed", by, skill=requirement.skill)
    requirement.delete()


def _record(row: TeamQueue | SkillRequirement, action: str, by: Actor, **data: object) -> None:
    record(
        action=action,
        by=by,
        object_type=f"collections_app.{type(row).__name__}",
        object_id=row.pk,
        portfolio_id=row.portfolio_id,
        data=data,
    )

"""Founding, naming and closing teams. Who is in one is a matter of `users`."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.teams.models import Team
from accounts.users.models import User
from core.audit import Actor, record


@transaction.atomic
def create_team(*, name: str, by: Actor, lead: User | None = None) -> Team:
    """Founds a team. Raises ValidationError for a name already taken or an inactive lead."""
    team = Team(name=name.strip(), lead=lead)
    _check(team)
    team.save(force_insert=True)
    _record(team, "team.created", by)
    return team


@transaction.atomic
def change_team(*, team: Team, name: str, lead: User | None, is_active: bool, by: Actor) -> Team:
    """Changes name, lead or whether the team is in use.

    Raises ValidationError for a name already taken, an inactive lead, or when a team that still
    has active members would be closed.
    """
    locked = Team.objects.select_for_update(of=("self",)).get(pk=team.pk)
    if locked.is_active and not is_active and locked.members.filter(is_active=True).exists():
        raise ValidationError(
            _("The team still has members. Move them to another team first."), code="members"
        )
    locked.name, locked.lead, locked.is_active = name.strip(), lead, is_active
    _check(locked)
    locked.save(update_fields=["name", "lead", "is_active"])
    _record(locked, "team.changed", by)
    return locked


@transaction.atomic
def set_targets(
    *, team: Team, attempts: int | None, talks: int | None, promises: int | None, by: Actor
) -> Team:
    """Says what one agent of the team is to reach on a day; None asks nothing.

    Raises ValidationError for a target that is not positive.
    """
    wanted = {"target_attempts": attempts, "target_talks": talks, "target_promises": promises}
    if any(number is not None and number < 1 for number in wanted.values()):
        raise ValidationError(_("A target is at least one; leave it empty to ask nothing."))
    locked = Team.objects.select_for_update(of=("self",)).get(pk=team.pk)
    for name, number in wanted.items():
        setattr(locked, name, number)
    locked.save(update_fields=list(wanted))
    record(
        action="team.targets_set",
        by=by,
        object_type="accounts.Team",
        object_id=str(team.pk),
        data=wanted,
    )
    return locked


def _check(team: Team) -> None:
    if team.lead and not team.lead.is_active:
        raise ValidationError({"lead": _("This person no longer signs in. Choose another lead.")})
    team.full_clean()


def _record(team: Team, action: str, by: Actor) -> None:
    record(
        action=action,
        by=by,
        object_type="accounts.Team",
        object_id=str(team.pk),
        data={
            "name": team.name,
            "lead": str(team.lead_id) if team.lead_id else None,
            "is_active": team.is_active,
        },
    )

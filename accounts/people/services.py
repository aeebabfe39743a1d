"""Changing a person in one go, and copying a working week."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.shifts.models import Shift
from accounts.shifts.services import remove_shift, save_shift
from accounts.teams.models import Team
from accounts.users.assignment_profile import AssignmentProfile, set_assignment_profile
from accounts.users.models import User
from accounts.users.services import Preferences, change_details, change_role, set_preferences
from core.audit import Actor


@dataclass(frozen=True, kw_only=True)
class PersonDetails:
    """Everything the page of a person changes at once."""

    full_name: str
    email: str
    role: str
    team: Team | None
    language: str
    time_zone: str
    profile: AssignmentProfile
    reason: str = ""


@transaction.atomic
def change_person(*, user: User, details: PersonDetails, by: Actor) -> User:
    """Stores all of it or nothing; each part is recorded on its own.

    Raises ValidationError in the words of the part that refused: another's address, one's own
    role, the last administrator, an impossible profile.
    """
    changed = change_details(
        user=user, full_name=details.full_name, email=details.email, team=details.team, by=by
    )
    changed = change_role(user=changed, role=details.role, by=by, reason=details.reason)
    now = Preferences(**{field.name: getattr(changed, field.name) for field in fields(Preferences)})
    wanted = replace(now, language=details.language, time_zone=details.time_zone)
    if wanted != now:
        changed = set_preferences(user=changed, preferences=wanted, by=by)
    return set_assignment_profile(user=changed, profile=details.profile, by=by)


@transaction.atomic
def add_shifts(*, pattern: Shift, user: User, weekdays: Iterable[int], by: Actor) -> list[Shift]:
    """Adds the hours of `pattern` (not stored itself) on several weekdays, all or none."""
    return [
        save_shift(
            user=user,
            weekday=weekday,
            starts_at=pattern.starts_at,
            ends_at=pattern.ends_at,
            time_zone=pattern.time_zone or None,
            by=by,
        )
        for weekday in weekdays
    ]


@transaction.atomic
def copy_week(*, of: User, to: Iterable[User], by: Actor) -> int:
    """Gives people the weekly shifts of somebody, instead of their own; returns how many people.

    Hours stay wall-clock hours, each in the zone of whoever gets them. Raises ValidationError
    where there is no week to copy.
    """
    week = list(Shift.objects.filter(user=of).order_by("weekday", "starts_at"))
    if not week:
        raise ValidationError(
            _("%(name)s has no shifts to copy.") % {"name": of.full_name}, code="empty"
        )
    people = [person for person in to if person.pk != of.pk]
    for person in people:
        for old in Shift.objects.filter(user=person):
            remove_shift(shift=old, by=by)
        for shift in week:
            save_shift(
                user=person,
                weekday=shift.weekday,
                starts_at=shift.starts_at,
                ends_at=shift.ends_at,
                by=by,
            )
    return len(people)

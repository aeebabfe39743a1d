"""Who may do work that needs a skill."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from accounts.training.models import Certificate
from accounts.users.models import User


def holds(user: User, skill: str, on: date) -> bool:
    """Tells whether the user has a certificate for the skill that is valid on that day."""
    return (
        Certificate.objects.filter(user=user, course__skill=skill).valid_on(on).exists()
        and user.is_active
    )


def holders(skill: str, on: date) -> frozenset[UUID]:
    """Returns the ids of active users with a valid certificate for the skill on that day."""
    valid = Certificate.objects.filter(course__skill=skill, user__is_active=True).valid_on(on)
    return frozenset(valid.values_list("user_id", flat=True))

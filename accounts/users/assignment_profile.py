"""What an agent can be given: languages, skills, regions, how many people, which share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.users.languages import SPOKEN_LANGUAGES
from accounts.users.models import User
from core.audit import Actor, record

FULL_SHARE: Final = 100
_FIELDS: Final = ("spoken_languages", "skills", "regions", "capacity", "share_percent")


@dataclass(frozen=True, kw_only=True)
class AssignmentProfile:
    """The profile as a whole. An empty list of languages or regions means: not limited.

    `capacity` is the most people held at once, None for no limit; `share_percent` the part of a
    full queue this person takes, 100 for all of it, 0 for nothing new.
    """

    spoken_languages: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    capacity: int | None = None
    share_percent: int = FULL_SHARE


def profile_of(user: User) -> AssignmentProfile:
    """Returns the stored profile."""
    return AssignmentProfile(
        spoken_languages=tuple(user.spoken_languages),
        skills=tuple(user.skills),
        regions=tuple(user.regions),
        capacity=user.capacity,
        share_percent=user.share_percent,
    )


@transaction.atomic
def set_assignment_profile(*, user: User, profile: AssignmentProfile, by: Actor) -> User:
    """Stores what the user can be given; holds from the next dealing on, moves nothing.

    Raises ValidationError for a language not in the list, a capacity of nobody, a share outside
    0 to 100.
    """
    locked: User = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    before = profile_of(locked)
    locked.spoken_languages = _tidy(code.lower() for code in profile.spoken_languages)
    locked.skills = _tidy(skill.lower() for skill in profile.skills)
    locked.regions = _tidy(profile.regions)
    locked.capacity, locked.share_percent = profile.capacity, profile.share_percent
    after = profile_of(locked)
    if before == after:
        return locked
    _check(after)
    locked.full_clean(exclude=["password"])
    locked.save(update_fields=list(_FIELDS))
    changed = [name for name in _FIELDS if getattr(before, name) != getattr(after, name)]
    record(
        action="user.assignment_profile_set",
        by=by,
        object_type="accounts.User",
        object_id=str(locked.pk),
        data={
            "changed": changed,
            "before": {name: getattr(before, name) for name in changed},
            "after": {name: getattr(after, name) for name in changed},
        },
    )
    return locked


def _check(profile: AssignmentProfile) -> None:
    unknown = [code for code in profile.spoken_languages if code not in SPOKEN_LANGUAGES]
    if unknown:
        raise ValidationError(
            {
                "spoken_languages": _("%(code)s is not a language in the list.")
                % {"code": unknown[0]}
            }
        )
    if profile.capacity is not None and profile.capacity < 1:
        raise ValidationError(
            {"capacity": _("At least one person; for nothing new set the share to 0.")}
        )
    if not 0 <= profile.share_percent <= FULL_SHARE:
        raise ValidationError({"share_percent": _("A share is 0 to 100 percent.")})


def _tidy(values: Iterable[str]) -> list[str]:
    return sorted({value.strip() for value in values if value.strip()})

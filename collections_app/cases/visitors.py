"""Whose visits are whose: read by the scope of cases and of visits alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.apps import apps
from django.db.models import Exists, Q

from accounts.access.decorators import has_right
from accounts.access.rights import roles_with

if TYPE_CHECKING:
    from accounts.models import User

#: The roles that go on visits.
VISITING_ROLES: Final = roles_with("visit.record")


def visits_in_hand(user: User) -> Q:
    """Visits that somebody makes, or plans for those of their team who make visits.

    Who leads a team that makes visits also has those in hand that nobody has planned yet. An empty
    condition for who does neither.
    """
    found = Q()
    if has_right(user, "visit.record"):
        found |= Q(agent=user) | Q(second_visitor=user)
    if has_right(user, "visit.plan") and user.team_id is not None:
        people = apps.get_model("accounts", "User")._default_manager
        visitors = people.filter(team=user.team_id, role__in=VISITING_ROLES, is_active=True)
        found |= Q(agent__team=user.team_id) | (Q(state="requested") & Q(Exists(visitors)))
    return found

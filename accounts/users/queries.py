"""Looking people up."""

from __future__ import annotations

from typing import Final

from accounts.access.rights import Role
from accounts.users.models import User, UserQuerySet, normalise_address

UNKNOWN_ACCOUNT: Final = "unknown"


def account_id(email: str) -> str:
    """Returns the id of the user with this address in any case, or `UNKNOWN_ACCOUNT`."""
    address = normalise_address(email)
    user_id = User.objects.filter(email=address).values_list("pk", flat=True).first()
    return str(user_id) if user_id else UNKNOWN_ACCOUNT


def active_integrations() -> UserQuerySet:
    """Returns the machines that may be given a token. Managing tokens includes knowing them all."""
    machines: UserQuerySet = User.objects.active().filter(role=Role.INTEGRATION)
    return machines

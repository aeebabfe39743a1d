"""Who did it: a person, the system itself, or another system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

ActorKind = Literal["user", "system", "integration"]


@dataclass(frozen=True, slots=True)
class Actor:
    """The one a service acts for. The trail keeps id and label, so it outlives the account."""

    kind: ActorKind
    id: str
    label: str

    @classmethod
    def of(cls, user: Any) -> Actor:
        """Returns the actor for a signed-in user.

        A user whose `is_integration` is true acts as an integration. Raises ValueError for
        somebody who is not signed in: an anonymous visitor never acts.
        """
        if not getattr(user, "is_authenticated", False):
            raise ValueError("Only a signed-in user can act; got an anonymous one.")
        kind: ActorKind = "integration" if getattr(user, "is_integration", False) else "user"
        return cls(kind=kind, id=str(user.pk), label=user.get_full_name() or str(user))


SYSTEM = Actor(kind="system", id="system", label="Makegood")

"""The one way a page, API, export, search or admin list reads rows on behalf of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.access.rights import ALL_PORTFOLIO_ROLES, Role

if TYPE_CHECKING:
    from accounts.users.models import User

ModelT = TypeVar("ModelT", bound=models.Model)


class ScopedQuerySet(models.QuerySet[ModelT], Generic[ModelT]):
    """A queryset that knows which of its rows a person may see.

    A model's queryset implements `scoped_to`; callers use `visible_to`, which answers nothing for
    anyone who is not signed in or no longer active, so that no subclass can forget it.
    """

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Narrows to the rows `user` may see; nothing for the anonymous and the deactivated."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        return self.scoped_to(user)

    def scoped_to(self, user: User) -> Self:
        """Narrows to the rows an active user may see. Every scoped model answers for itself."""
        raise NotImplementedError(
            f"{type(self).__name__} must define scoped_to(user): which rows may this person see?"
        )


def asker_of(user: User) -> dict[str, Any]:
    """What of a user says which rows they may see: the values of a kept statement (`asker`)."""
    return {
        "user": user.pk,
        "team": user.team_id,
        "role": user.role,
        "is_active": user.is_active,
        "scopes": user.token_scopes,
    }


def asker(
    *, user: UUID, team: UUID | None, role: str, is_active: bool, scopes: frozenset[str] | None
) -> User:
    """Returns somebody like `asker_of` tells, for whom a statement is written (core/statements).

    Nothing else of them is there to be read, so nothing else can shape the statement.
    """
    known = {"id": user, "team_id": team, "role": role, "is_active": is_active}
    model = get_user_model()
    # `from_db` takes values in the order of the model's fields.
    names = [field.attname for field in model._meta.concrete_fields if field.attname in known]
    found: Any = model.from_db(None, names, [known[name] for name in names])
    found.token_scopes = scopes
    return found  # type: ignore[no-any-return]


def sees_all_portfolios(user: User) -> bool:
    """Tells whether the user's role sees every portfolio without a grant."""
    return Role(user.role) in ALL_PORTFOLIO_ROLES

"""The one way a page, API, export, search or admin list reads rows on behalf of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Self, TypeVar

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


def sees_all_portfolios(user: User) -> bool:
    """Tells whether the user's role sees every portfolio without a grant."""
    return Role(user.role) in ALL_PORTFOLIO_ROLES

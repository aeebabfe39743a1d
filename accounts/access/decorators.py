"""How a view says who may call it: `@requires("case.view")`, `@public`, `declare_right`.

Every URL of the installation carries one of these marks; an architecture test walks the URLconf
(`accounts.access.urlconf`) and names the views without one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from accounts.access.rights import ALL_RIGHTS, rights_of

if TYPE_CHECKING:
    from accounts.users.models import User

View = Callable[..., HttpResponseBase]
AnyView = TypeVar("AnyView", bound=Callable[..., Any])

# Marks that stand where a right would: no sign-in needed; any person who is signed in.
PUBLIC: Final = "public"
SIGNED_IN: Final = "signed_in"


def has_right(user: Any, right: str) -> bool:
    """Tells whether the user is signed in, active, and has the right by role.

    A request made with an API token has only those rights its token was issued for.
    """
    if not user.is_authenticated or not user.is_active:
        return False
    if right not in rights_of(user.role):
        return False
    narrowed_to: frozenset[str] | None = getattr(user, "token_scopes", None)
    return narrowed_to is None or right in narrowed_to


def check_right(user: Any, right: str) -> None:
    """Raises PermissionDenied, with a sentence for the page, when the user lacks the right."""
    if not has_right(user, right):
        raise PermissionDenied(
            _("Your role does not include this (%(right)s). Ask an administrator.")
            % {"right": right}
        )


def signed_in_user(request: HttpRequest) -> User:
    """Returns the user of a view that requires a right; PermissionDenied for anybody else."""
    if not request.user.is_authenticated:
        raise PermissionDenied(_("Sign in first."))
    return request.user


def requires(right: str) -> Callable[[View], View]:
    """Lets a view be called only by a signed-in user whose role has the right; others get 403.

    Signing in is asked for first by LoginRequiredMiddleware. Raises ValueError at import time for
    a right that no role has, which is nearly always a misspelling.
    """
    _check_known(right)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            check_right(request.user, right)
            return view(request, *args, **kwargs)

        return declare_right(guarded, right)

    return decorate


def public(view: AnyView) -> AnyView:
    """Marks a view that may be called without signing in."""
    login_not_required(view)
    return declare_right(view, PUBLIC)


def declare_right(view: AnyView, right: str) -> AnyView:
    """Writes on a view which right it needs, without enforcing it.

    For views of libraries that enforce their own access (sign-in pages, the admin site).
    """
    view.required_right = right  # type: ignore[attr-defined]
    return view


def declared_right(view: Any) -> str | None:
    """Reads the right a view declares; class-based views may carry it on their class."""
    for bearer in (view, getattr(view, "view_class", None), getattr(view, "cls", None)):
        right = getattr(bearer, "required_right", None)
        if isinstance(right, str):
            return right
    return None


def _check_known(right: str) -> None:
    if right not in ALL_RIGHTS:
        raise ValueError(
            f"No role has the right {right!r}. Add it in accounts/access/rights.py or correct it."
        )

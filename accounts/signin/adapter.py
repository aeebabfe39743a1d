"""What we answer when the sign-in library asks about our rules."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation

from accounts.signin.attempts import cache_counts, failed_too_often
from accounts.signin.known_browsers import browser_of
from accounts.users.models import User, normalise_address
from accounts.users.queries import account_id
from accounts.users.services import set_password
from core.audit import Actor


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People are hired, not registered; machines never sign in with a password."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an administrator creates every account."""
        return False

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> Any:
        if isinstance(user, User) and user.is_integration:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuses attempts past the limits, which also hold while Redis is away."""
        super().pre_authenticate(request, **credentials)
        if cache_counts():
            return
        account = normalise_address(str(credentials.get("email") or ""))
        if failed_too_often(
            user_id=account_id(account),
            browser=browser_of(request, account),
            ip=str(self.get_client_ip(request)),
        ):
            raise self.validation_error("too_many_login_attempts")

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        """Checks the password of the signed-in user again, under the same rate limits.

        The library looks for the address in a table of its own, which stays empty here.
        """
        if not isinstance(user, User):
            return False
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def clean_password(self, password: str, user: AbstractBaseUser | None = None) -> str:
        """Refuses a weak password, and the one the user has already."""
        if user is not None and user.pk and user.check_password(password):
            raise self.validation_error("same_as_current")
        return str(super().clean_password(password, user))

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Goes through the service, so that it is audited; takes the result into `user`."""
        if not isinstance(user, User):
            raise TypeError("Only users of this installation have passwords.")
        changed = set_password(user=user, password=password, by=Actor.of(user))
        user.password = changed.password
        user.must_change_password = changed.must_change_password

    def send_password_reset_mail(
        self, user: AbstractBaseUser, email: str, context: dict[str, Any]
    ) -> None:
        """Writes in the reader's language; never to a machine, which must not get a password."""
        if isinstance(user, User) and not user.is_integration:
            with translation.override(user.language):
                super().send_password_reset_mail(user, email, context)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return str(settings.LOGIN_REDIRECT_URL)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Counts failures by account, apart for browsers that this account has signed in from.

        So a stranger who fails on purpose cannot keep the owner out of their own browser. The
        library would count by host name too, which a visitor can choose among the allowed ones.
        """
        account = normalise_address(str(credentials.get("email") or ""))
        return f"{account}|{browser_of(request, account)}"

"""Sign-in, sign-out and failures in the trail.

The one place where Django's signals are used: the libraries tell of these moments in no other
way. No rule of the business hangs on them; they only write down what happened.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.signals import user_logged_in as signed_in_with_response
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.exceptions import PermissionDenied
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.signin.attempts import FAILED
from accounts.signin.known_browsers import STRANGER, browser_of, remember
from accounts.users.models import User, normalise_address
from accounts.users.queries import account_id
from core.audit import SYSTEM, Actor, record


@receiver(user_logged_in, dispatch_uid="accounts.trail.signed_in")
def record_sign_in(sender: Any, request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    _record("signin.succeeded", Actor.of(user), user.pk, request)


@receiver(user_logged_out, dispatch_uid="accounts.trail.signed_out")
def record_sign_out(
    sender: Any, request: HttpRequest | None, user: User | None, **kwargs: Any
) -> None:
    if user is not None and user.is_authenticated:
        _record("signin.ended", Actor.of(user), user.pk, request)


@receiver(user_login_failed, dispatch_uid="accounts.trail.failed")
def record_failure(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    """Notes whose account it was about; what was typed is not kept: it may be a password."""
    account = normalise_address(str(credentials.get("email") or ""))
    browser = browser_of(request, account) if request is not None else STRANGER
    _record(FAILED, SYSTEM, account_id(account), request, browser=browser)


@receiver(signed_in_with_response, dispatch_uid="accounts.trail.known_browser")
def remember_browser(
    sender: Any, request: HttpRequest, response: HttpResponseBase, user: User, **kwargs: Any
) -> None:
    remember(request, response, user.email)


def _record(
    action: str, by: Actor, user_id: object, request: HttpRequest | None, **data: str
) -> None:
    record(
        action=action,
        by=by,
        object_type="accounts.User",
        object_id=str(user_id),
        data={"ip": _client_ip(request), **data},
    )


def _client_ip(request: HttpRequest | None) -> str:
    if request is None:
        return ""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""

"""How long a session lives, and what comes before anything else after signing in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from core.clock import now

GetResponse = Callable[[HttpRequest], HttpResponseBase]

SIGNED_IN_AT: Final = "signed_in_at"
LAST_SEEN_AT: Final = "last_seen_at"
SECOND_FACTOR_SEEN: Final = "second_factor_seen"

# The last sight is written at most this often: a page is not worth a database write each.
_SIGHT_STEP: Final = timedelta(minutes=1)


class SessionLimitsMiddleware:
    """Signs out after 30 minutes without a request, and 12 hours after signing in at the latest.

    The limits are `settings.SESSION_IDLE_LIMIT` and `SESSION_ABSOLUTE_LIMIT`. Idle time is
    measured to the minute, rounded against the user. Stands after AuthenticationMiddleware.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            self._end_if_over(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Notes that the person is there; asking how long the session lasts is no such sign."""
        if request.user.is_authenticated and request.path != reverse("session_left"):
            idle = now().timestamp() - request.session[LAST_SEEN_AT]
            if idle >= _SIGHT_STEP.total_seconds():
                request.session[LAST_SEEN_AT] = now().timestamp()
        return None

    def _end_if_over(self, request: HttpRequest) -> None:
        moment = now().timestamp()
        signed_in = request.session.setdefault(SIGNED_IN_AT, moment)
        seen = request.session.setdefault(LAST_SEEN_AT, moment)
        idle, age = moment - seen, moment - signed_in
        if (
            idle >= settings.SESSION_IDLE_LIMIT.total_seconds()
            or age >= settings.SESSION_ABSOLUTE_LIMIT.total_seconds()
        ):
            logout(request)


# Pages one can reach before the first steps are done: doing them, and leaving.
_ALWAYS_OPEN: Final = frozenset({"account_logout", "set_language", "healthz", "readyz"})
_PASSWORD_PAGES: Final = _ALWAYS_OPEN | {"account_change_password", "account_reauthenticate"}
_SECOND_FACTOR_PAGES: Final = _PASSWORD_PAGES | {
    "mfa_index",
    "mfa_activate_totp",
    "mfa_reauthenticate",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
}


class FirstStepsMiddleware:
    """Sends people to choose their own password, then to set up a second factor, before all else.

    The second is asked of everyone who signs in with a password when
    `settings.REQUIRE_SECOND_FACTOR` is on. Stands after LoginRequiredMiddleware.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        page = match.url_name if match else None
        if not request.user.is_authenticated or page in _ALWAYS_OPEN:
            return None
        if request.user.must_change_password:
            return self._send(request, page, _PASSWORD_PAGES, "account_change_password")
        if settings.REQUIRE_SECOND_FACTOR and not self._has_second_factor(request):
            return self._send(request, page, _SECOND_FACTOR_PAGES, "mfa_activate_totp")
        return None

    def _send(
        self, request: HttpRequest, page: str | None, open_pages: frozenset[str], target: str
    ) -> HttpResponseBase | None:
        if page in open_pages:
            return None
        address = reverse(target)
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=204, headers={"HX-Redirect": address})
        if request.path.startswith("/api/"):
            raise PermissionDenied(_("Sign in on the web page first and follow its first steps."))
        return HttpResponseRedirect(address)

    def _has_second_factor(self, request: HttpRequest) -> bool:
        """Asks the database once a session: whoever loses their factor loses their sessions."""
        if not request.session.get(SECOND_FACTOR_SEEN):
            if not is_mfa_enabled(request.user):
                return False
            request.session[SECOND_FACTOR_SEEN] = True
        return True

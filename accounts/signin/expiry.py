"""A session that ended, or soon will: people are warned, and come back to where they were."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access.decorators import SIGNED_IN, declare_right
from accounts.signin.middleware import LAST_SEEN_AT, SIGNED_IN_AT
from core.clock import now


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Sends visitors to the sign-in page, and from there back to the page they were on.

    A form that meets an ended session leads back to the page the form stood on, for its own
    address answers no GET. A region asked for by htmx takes the whole page along. The sign-in
    page says that a session ended when the visitor had one.
    """

    def handle_no_permission(  # type: ignore[override]  # a region is answered 204, not 302
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponseBase:
        query = {"next": _page_of(request)}
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            query["ended"] = "1"
        address = f"{reverse('account_login')}?{urlencode(query, safe='/')}"
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=204, headers={"HX-Redirect": address})
        return HttpResponseRedirect(address)


def _page_of(request: HttpRequest) -> str:
    """Returns path and query of the page the person looked at."""
    is_part = request.headers.get("HX-Request") == "true"
    if request.method in ("GET", "HEAD") and not is_part:
        return request.get_full_path()
    came_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure()):
        return "/"
    parts = urlsplit(came_from)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def seconds_left(request: HttpRequest) -> int:
    """Returns how long the session lasts if nothing more is done; 0 for a visitor."""
    if not request.user.is_authenticated:
        return 0
    moment = now().timestamp()
    idle = request.session.get(LAST_SEEN_AT, moment) + settings.SESSION_IDLE_LIMIT.total_seconds()
    whole = (
        request.session.get(SIGNED_IN_AT, moment) + settings.SESSION_ABSOLUTE_LIMIT.total_seconds()
    )
    return max(0, int(min(idle, whole) - moment))


def session_end(request: HttpRequest) -> dict[str, int]:
    """Gives every page `session_seconds_left`, after which the person is signed out."""
    user = getattr(request, "user", None)
    known = user is not None and user.is_authenticated and hasattr(request, "session")
    return {"session_seconds_left": seconds_left(request) if known else 0}


@require_GET
@never_cache
def session_left(request: HttpRequest) -> JsonResponse:
    """Says how long the session lasts, without lengthening it: another tab may have."""
    return JsonResponse({"seconds": seconds_left(request)})


@require_POST
def stay_signed_in(request: HttpRequest) -> HttpResponse:
    """Lengthens the session: that the request came is the sign of life."""
    request.session[LAST_SEEN_AT] = now().timestamp()
    return HttpResponse(status=204)


declare_right(session_left, SIGNED_IN)
declare_right(stay_signed_in, SIGNED_IN)

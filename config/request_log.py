"""One line and one measurement for every request, and an id that ties together what it caused."""

from __future__ import annotations

import hashlib
import re
import time
import uuid
from collections.abc import Callable
from typing import Any, Final

import structlog
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from structlog.contextvars import bound_contextvars

from config.metrics.series import REQUEST_ERRORS, REQUEST_SECONDS

REQUEST_HEADER: Final = "X-Request-ID"
ERROR_HEADER: Final = "X-Error-ID"
#: Asked every few seconds by machines; worth a line only when the answer is bad.
QUIET: Final = frozenset({"healthz", "readyz", "metrics"})
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
#: How a view says no: answers like any other, with a status of their own.
_ANSWERED: Final = (Http404, PermissionDenied, BadRequest, SuspiciousOperation)
# What a proxy gives us is passed on only where it cannot carry anything but an id.
_GIVEN_ID: Final = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")

logger = structlog.stdlib.get_logger("makegood.request")


def error_id_of(request_id: str) -> str:
    """Returns the short name of what went wrong in a request, for the page and for the log."""
    return f"E-{hashlib.sha256(request_id.encode()).hexdigest()[:6].upper()}"


class RequestLogMiddleware:
    """Gives a request its id and says how it went: pattern of the address, status, time, user.

    Never the address itself or its query, which may hold what somebody searched for. Stands
    behind WhiteNoise, so static files are neither logged nor measured.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get(REQUEST_HEADER, "")
        request_id = given if _GIVEN_ID.fullmatch(given) else str(uuid.uuid4())
        request.error_id = error_id_of(request_id)  # type: ignore[attr-defined]
        with bound_contextvars(request_id=request_id):
            began = time.perf_counter()
            response = self.get_response(request)
            seconds = time.perf_counter() - began
            response.headers[REQUEST_HEADER] = request_id
            if response.status_code >= 500:
                response.headers[ERROR_HEADER] = error_id_of(request_id)
            _measure(request, response, seconds)
            _write(request, response, seconds)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Counts what no view handled; Django answers with the page of errors."""
        if isinstance(exception, _ANSWERED):
            return
        REQUEST_ERRORS.labels(view=_view(request)).inc()


def _measure(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    REQUEST_SECONDS.labels(
        view=_view(request),
        method=request.method if request.method in _METHODS else "OTHER",
        status=f"{response.status_code // 100}xx",
    ).observe(seconds)


def _write(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    match = request.resolver_match
    if match and match.view_name in QUIET and response.status_code < 400:
        return
    logger.info(
        "request",
        method=request.method if request.method in _METHODS else "OTHER",
        route=f"/{match.route}" if match else "(no such address)",
        status=response.status_code,
        ms=round(seconds * 1_000, 1),
        user_id=_user_id(request),
    )


def _view(request: HttpRequest) -> str:
    match = request.resolver_match
    return (match.view_name or match.route) if match else "unknown"


def _user_id(request: HttpRequest) -> str:
    """Returns the key of whoever asked, where that is known already: no query is made for it.

    `type`, unlike isinstance, does not wake the lazy user that nobody has asked for.
    """
    known: Any
    for known in (request.__dict__.get("_cached_user"), request.__dict__.get("user")):
        if issubclass(type(known), AbstractBaseUser):
            return str(known.pk)
    return ""

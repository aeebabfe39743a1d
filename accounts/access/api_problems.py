"""What the API answers when it does not do what was asked: problem details (RFC 9457).

Every refusal has a `type` that stays the same for ever, listed in docs/api.md; programs decide by
it, people read `detail`. Texts are English: they are for whoever writes the program.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as ModelError
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.idempotency import InProgress, KeyReused

CONTENT_TYPE: Final = "application/problem+json"
TYPE: Final = "urn:makegood:problem:"

#: code -> (status, title). The code ends the `type`; neither ever changes its meaning.
PROBLEMS: Final[Mapping[str, tuple[int, str]]] = {
    "malformed-request": (400, "The request cannot be read"),
    "invalid-parameter": (400, "A parameter of the address is wrong"),
    "idempotency-key-missing": (400, "This write needs an Idempotency-Key"),
    "signature-missing": (400, "This write must be signed"),
    "signature-refused": (400, "The signature is not accepted"),
    "not-authenticated": (401, "A token is needed, or this one is not accepted"),
    "forbidden": (403, "The right is missing"),
    "not-found": (404, "There is nothing here"),
    "method-not-allowed": (405, "This address does not take the method"),
    "not-acceptable": (406, "Answers are JSON"),
    "in-progress": (409, "The same request is being worked on"),
    "contact-refused": (409, "The gate refuses this contact"),
    "settled-otherwise": (409, "The contact has another outcome"),
    "unsupported-media-type": (415, "Bodies are JSON"),
    "invalid-body": (422, "Fields of the body are wrong"),
    "refused": (422, "What was asked for is not possible"),
    "idempotency-key-reused": (422, "The key was used for another request"),
    "throttled": (429, "Too many requests"),
    "internal-error": (500, "Something went wrong on our side"),
}
_BY_EXCEPTION: Final[tuple[tuple[type[Exception], str], ...]] = (
    (exceptions.ParseError, "malformed-request"),
    (exceptions.NotAuthenticated, "not-authenticated"),
    (exceptions.AuthenticationFailed, "not-authenticated"),
    (exceptions.PermissionDenied, "forbidden"),
    (PermissionDenied, "forbidden"),
    (exceptions.NotFound, "not-found"),
    (Http404, "not-found"),
    (exceptions.MethodNotAllowed, "method-not-allowed"),
    (exceptions.NotAcceptable, "not-acceptable"),
    (exceptions.UnsupportedMediaType, "unsupported-media-type"),
    (exceptions.Throttled, "throttled"),
    (exceptions.ValidationError, "invalid-body"),
    (ModelError, "refused"),
    (InProgress, "in-progress"),
    (KeyReused, "idempotency-key-reused"),
)
_NOT_FOUND: Final = "It does not exist, or it is outside the portfolios of this token."


@dataclass
class Problem(Exception):
    """A refusal by its code; `errors` names fields (`pointer`) or parameters (`parameter`)."""

    code: str
    detail: str = ""
    errors: list[dict[str, str]] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"


def handle(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """Answers an exception of an API view; None leaves it to the page of internal errors."""
    problem = _problem_of(exc)
    if problem is None:
        return None
    set_rollback()
    headers: dict[str, str] = {}
    if (challenge := getattr(exc, "auth_header", None)) is not None:
        headers["WWW-Authenticate"] = challenge
    wait = getattr(exc, "wait", None)
    if wait is not None or problem.code == "in-progress":
        headers["Retry-After"] = str(max(1, round(wait or 1)))
    return Response(
        body_of(problem, context["request"].path),
        status=PROBLEMS[problem.code][0],
        headers=headers,
        content_type=CONTENT_TYPE,
    )


def body_of(problem: Problem, path: str) -> dict[str, Any]:
    """Returns the JSON of a problem."""
    code, title = PROBLEMS[problem.code]
    body: dict[str, Any] = {
        "type": TYPE + problem.code,
        "title": title,
        "status": code,
        "detail": problem.detail,
        "instance": path,
    }
    if problem.errors:
        body["errors"] = problem.errors
    return body | problem.more


def page_problem(request: HttpRequest, code: str, detail: str = "") -> JsonResponse:
    """Answers what never reached a view of the API: unknown addresses, our own faults."""
    if code == "not-found":
        detail = _NOT_FOUND
    body = body_of(Problem(code, detail), request.path)
    return JsonResponse(body, status=PROBLEMS[code][0], content_type=CONTENT_TYPE)


def _problem_of(exc: Exception) -> Problem | None:
    if isinstance(exc, Problem):
        return exc
    sentence = getattr(exc, "sentence", None)
    if sentence is not None:  # the refusals of services, whichever app they come from
        return _refusal(exc, str(sentence))
    code = next((code for kind, code in _BY_EXCEPTION if isinstance(exc, kind)), None)
    if code is None:
        return None
    if code == "not-found":
        return Problem(code, _NOT_FOUND)
    if isinstance(exc, exceptions.ValidationError):
        errors = list(_field_errors(exc.get_full_details()))
        return Problem(code, "See errors; nothing was written.", errors)
    if isinstance(exc, ModelError):
        return Problem(code, " ".join(exc.messages))
    return Problem(code, str(getattr(exc, "detail", exc)))


def _refusal(exc: Exception, sentence: str) -> Problem:
    more = {"code": str(getattr(exc, "code", ""))}
    row = getattr(exc, "row_index", None)
    errors = (
        [{"pointer": f"/repayments/{row}", "code": more["code"], "detail": sentence}]
        if row is not None
        else []
    )
    return Problem("refused", sentence, errors, more)


def _field_errors(details: Any, pointer: str = "") -> Iterator[dict[str, str]]:
    """Flattens DRF's nested details to JSON pointers."""
    if isinstance(details, Mapping):
        if set(details) == {"message", "code"} and isinstance(details["message"], str):
            code = str(details["code"])
            yield {"pointer": pointer, "code": code, "detail": str(details["message"])}
            return
        for name, inner in details.items():
            step = "" if name == "non_field_errors" else f"/{name}"
            yield from _field_errors(inner, pointer + step)
    elif isinstance(details, list):
        is_rows = any(isinstance(one, Mapping) and "code" not in one for one in details)
        for index, inner in enumerate(details):
            yield from _field_errors(inner, f"{pointer}/{index}" if is_rows else pointer)

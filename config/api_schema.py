"""What the OpenAPI document says beyond what the views show: parameters, keys, problems."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from accounts.access.api_pages import KeysetPages
from accounts.access.api_problems import CONTENT_TYPE, PROBLEMS, TYPE
from accounts.access.api_views import IDEMPOTENCY_HEADER, NoParameters
from accounts.signatures.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER

PREFIX: Final = "/api/v1/"
_KEY: Final = OpenApiParameter(
    name=IDEMPOTENCY_HEADER,
    location=OpenApiParameter.HEADER,
    required=True,
    description="A text of your own, new for each act; the same again gets the same answer.",
    type={"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
)
_SIGNED: Final = (
    OpenApiParameter(
        name=TIMESTAMP_HEADER,
        location=OpenApiParameter.HEADER,
        required=True,
        description="The Unix time in seconds, at most 300 from the server's clock.",
        type={"type": "string", "pattern": r"^[0-9]{1,12}(\.[0-9]{1,6})?$"},
    ),
    OpenApiParameter(
        name=SIGNATURE_HEADER,
        location=OpenApiParameter.HEADER,
        required=True,
        description="v1= and HMAC-SHA256 over timestamp, method, path, key and body, in hex.",
        type={"type": "string", "pattern": "^v1=[0-9a-f]{64}$"},
    ),
)
_PROBLEM: Final = {
    "type": "object",
    "description": "RFC 9457. Decide by `type`.",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "enum": [TYPE + code for code in PROBLEMS]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string", "description": "With `refused`: why, stable."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the body."},
                    "parameter": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


class ApiSchema(AutoSchema):
    """Reads the parameters that a view declares, and the key that every write needs."""

    def get_override_parameters(self) -> list[Any]:
        if self.method == "POST":
            return [*_headers_of(self.view)]
        parameters = getattr(self.view, "parameters", NoParameters)
        return [] if parameters is NoParameters else [parameters]

    def _is_list_view(self, serializer: Any = None) -> bool:
        # A list by its class, not by the guesses that viewsets need.
        is_paged = getattr(self.view, "pagination_class", None) is KeysetPages
        return bool(is_paged and self.method == "GET")


def _headers_of(view: Any) -> Iterator[OpenApiParameter]:
    """What a write of this view says about itself beside its body."""
    if not getattr(view, "stores_nothing", False):
        yield _KEY
    if getattr(view, "must_be_signed", False):
        yield from _SIGNED


def only_api(endpoints: list[Any]) -> list[Any]:
    """Leaves out whatever is not below /api/v1/, and the document itself."""
    return [
        entry
        for entry in endpoints
        if entry[0].startswith(PREFIX) and not entry[0].startswith(f"{PREFIX}schema/")
    ]


def add_problems(
    result: dict[str, Any], generator: Any, request: Any, public: bool
) -> dict[str, Any]:
    """Adds to every operation the problems it can answer with."""
    result["components"].setdefault("schemas", {})["Problem"] = _PROBLEM
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            for status in sorted(_statuses(path, method)):
                operation["responses"].setdefault(str(status), _answer(status))
    return result


def _statuses(path: str, method: str) -> set[int]:
    statuses = {400, 401, 403, 406, 429, 500}
    if "{" in path:
        statuses.add(404)
    if method == "post":
        statuses |= {409, 415, 422}
    return statuses


def _answer(status: int) -> dict[str, Any]:
    titles = [title for code, title in PROBLEMS.values() if code == status]
    return {
        "description": "; ".join(titles),
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }

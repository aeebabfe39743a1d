"""Pages of a list by key, never by number: rows that arrive meanwhile move nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from accounts.access.api_problems import Problem

DEFAULT_SIZE: Final = 50
LARGEST: Final = 200
_signer = Signer(salt="api.cursor")


class KeysetPages(BasePagination):
    """Rows in the order of a key that never changes (`page_key` of the view, else `pk`).

    The cursor is the last key of a page, signed, and good for the list it came from only. Filters
    and size are repeated with it.
    """

    parameters: tuple[str, ...] = ("limit", "cursor")

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """Returns the rows of the page asked for. Raises Problem for a wrong size or cursor."""
        self.request = request
        self.name = type(view).__name__
        self.key = getattr(view, "page_key", "pk")
        limit = _limit(request.query_params.get("limit", str(DEFAULT_SIZE)))
        rows = queryset.order_by(self.key)
        if (cursor := request.query_params.get("cursor")) is not None:
            rows = rows.filter(**{f"{self.key}__gt": self._read(cursor, queryset)})
        found = list(rows[: limit + 1])
        self.next_cursor = self._write(found[limit - 1]) if len(found) > limit else None
        return found[:limit]

    def get_paginated_response(self, data: Sequence[Any]) -> Response:
        """Wraps the rows with the address of the next page, null on the last."""
        address = None
        if self.next_cursor is not None:
            here = self.request.build_absolute_uri()
            address = replace_query_param(here, "cursor", self.next_cursor)
        return Response({"next": address, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Says in the OpenAPI document what `get_paginated_response` answers."""
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {
                "next": {"type": "string", "format": "uri", "nullable": True},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Says in the OpenAPI document what `paginate_queryset` reads."""
        size = {"type": "integer", "minimum": 1, "maximum": LARGEST, "default": DEFAULT_SIZE}
        return [
            {"name": "limit", "in": "query", "required": False, "schema": size},
            {
                "name": "cursor",
                "in": "query",
                "required": False,
                "description": "Opaque; taken from `next` of the page before.",
                "schema": {"type": "string"},
            },
        ]

    def _write(self, row: Any) -> str:
        return _signer.sign_object([self.name, str(getattr(row, self.key))])

    def _read(self, cursor: str, queryset: QuerySet[Any]) -> Any:
        try:
            name, key = _signer.unsign_object(cursor)
            if name == self.name:
                meta = queryset.model._meta
                column = meta.pk if self.key == "pk" else meta.get_field(self.key)
                return column.to_python(key)
        except (BadSignature, ValueError, TypeError, ValidationError):
            pass
        raise _wrong("cursor", "This is no cursor of this list; take it from `next`.")


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:4]) <= LARGEST:
        raise _wrong("limit", f"A page has 1 to {LARGEST} rows.")
    return int(text)


def _wrong(parameter: str, detail: str) -> Problem:
    errors = [{"parameter": parameter, "code": "invalid", "detail": detail}]
    return Problem("invalid-parameter", detail, errors)

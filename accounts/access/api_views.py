"""What every endpoint of the API shares: strict parameters and bodies, limits told, ETags."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC
from hashlib import blake2b
from typing import Any, ClassVar, Final

from django.utils.cache import get_conditional_response, patch_cache_control
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access.api_pages import KeysetPages
from accounts.access.api_problems import Problem
from accounts.users.models import User
from core.audit import Actor
from core.idempotency import fingerprint_of, once

IDEMPOTENCY_HEADER: Final = "Idempotency-Key"
_LONGEST_KEY: Final = 200


class StrictSerializer(serializers.Serializer[Any]):
    """Takes the fields it declares and refuses every other by name, so that no typo is lost."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) or hasattr(data, "keys"):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                known = ", ".join(self.fields) or "none"
                sentence = f"There is no such field here; known are: {known}."
                raise serializers.ValidationError(
                    {name: serializers.ErrorDetail(sentence, code="unknown") for name in unknown}
                )
        return super().to_internal_value(data)


class NoParameters(StrictSerializer):
    """An address without a query."""


def Money(**options: Any) -> serializers.DecimalField:
    """An amount as a string with two decimals."""
    return serializers.DecimalField(max_digits=14, decimal_places=2, **options)


def Instant(**options: Any) -> serializers.DateTimeField:
    """A moment in UTC, whatever zone the caller's account has."""
    return serializers.DateTimeField(default_timezone=UTC, **options)


class ApiView(generics.GenericAPIView[Any]):
    """An endpoint: names its right, its `parameters`, and what it answers (`serializer_class`)."""

    required_right: ClassVar[str]
    required_rights: ClassVar[dict[str, str]] = {}
    #: Whether its POST only answers a question: such a one needs no Idempotency-Key.
    stores_nothing: ClassVar[bool] = False
    parameters: ClassVar[type[StrictSerializer]] = NoParameters
    #: Whether the request must be signed (accounts.signatures).
    must_be_signed: ClassVar[bool] = False
    pagination_class = None

    #: The checked parameters of this request.
    asked: dict[str, Any]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.asked = self._read_parameters(request)

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        allowance = getattr(request, "allowance", None)
        if allowance is not None:
            for name, value in allowance.headers().items():
                response[name] = value
        patch_cache_control(response, private=True, no_cache=True)
        if request.method in {"GET", "HEAD"} and response.status_code == 200:
            response.add_post_render_callback(lambda done: _conditional(request, done))
        return response  # type: ignore[no-any-return]

    @property
    def user(self) -> User:
        """The caller; rights and scope are those of its token."""
        return self.request.user  # type: ignore[return-value]

    @property
    def actor(self) -> Actor:
        """Who is written into the trail: the integration, by the token it used."""
        actor, token = Actor.of(self.user), self.request.auth
        if token is None:
            return actor
        return Actor(kind=actor.kind, id=actor.id, label=f"{actor.label}, {token}"[:120])

    def body(self, serializer_class: type[StrictSerializer]) -> dict[str, Any]:
        """Returns the checked body. Raises ValidationError, naming each wrong field."""
        serializer = serializer_class(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def write_once(self, run: Callable[[], Any], *, status: int = 201) -> Response:
        """Acts once for each Idempotency-Key of this caller and answers the same ever after.

        A key belongs to the integration and the address, so that it outlives a change of token.
        """
        key = self.request.headers.get(IDEMPOTENCY_HEADER, "").strip()
        if not key or len(key) > _LONGEST_KEY or not key.isascii():
            raise Problem(
                "idempotency-key-missing",
                f"Send {IDEMPOTENCY_HEADER}: a text of your own, new for each act, up to "
                f"{_LONGEST_KEY} ASCII characters.",
            )
        answer = once(
            scope=f"api:{self.user.pk}",
            key=key,
            fingerprint=fingerprint_of([self.request.path, self.request.data]),
            run=run,
        )
        # The database keeps the names of a JSON object in an order of its own; here it is one.
        response = Response(json.loads(json.dumps(answer.result, sort_keys=True)), status=status)
        if answer.replayed:
            response["Idempotency-Replayed"] = "true"
        return response

    def _read_parameters(self, request: Request) -> dict[str, Any]:
        given = {name: request.query_params.getlist(name) for name in request.query_params}
        twice = sorted(name for name, values in given.items() if len(values) > 1)
        if twice:
            raise _wrong_parameters(dict.fromkeys(twice, "Say it once."), "repeated")
        paged = KeysetPages.parameters if self.pagination_class else ()
        values = {name: one for name, (one,) in given.items() if name not in paged}
        serializer = self.parameters(data=values)
        if not serializer.is_valid():
            raise Problem(
                "invalid-parameter",
                "See errors.",
                [
                    {"parameter": name, "code": str(error.code), "detail": str(error)}
                    for name, errors in serializer.errors.items()
                    for error in (errors if isinstance(errors, list) else [errors])
                ],
            )
        return dict(serializer.validated_data)


class ApiList(ApiView):
    """A list in pages; the view says which rows (`get_queryset`) and how one looks."""

    pagination_class = KeysetPages  # type: ignore[assignment]

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = self.paginate_queryset(self.get_queryset())
        answers = self.get_serializer(self.present(rows or []), many=True).data
        return self.get_paginated_response(answers)

    def present(self, rows: Any) -> Any:
        """Turns the rows of a page into what the serializer reads; by default they are it."""
        return rows


def _wrong_parameters(sentences: dict[str, str], code: str) -> Problem:
    errors = [
        {"parameter": name, "code": code, "detail": sentence}
        for name, sentence in sentences.items()
    ]
    return Problem("invalid-parameter", "See errors.", errors)


def _conditional(request: Request, response: Any) -> Any:
    etag = f'"{blake2b(response.content, digest_size=16).hexdigest()}"'
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response)

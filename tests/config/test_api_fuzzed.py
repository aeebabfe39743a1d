"""The API does what its own description says, whatever it is sent."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import override_settings
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, settings
from schemathesis import checks

from tests.config.api_caller import Caller, build_caller, signed_headers
from tests.loans.builders import build_loan, build_portfolio

pytestmark = pytest.mark.django_db

CHECKS = (
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
)


@pytest.fixture
def open_connection() -> Iterator[None]:
    """A server closes its connections between requests; the test's must live to its end."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.fixture
def caller(open_connection: None) -> Iterator[Caller]:
    """A token with every right, calling through WSGI inside the transaction of the test."""
    portfolio = build_portfolio(code="main")
    for number in range(3):
        build_loan(portfolio, contract_no=f"L{number}")
    cache.clear()
    with override_settings(API_LIMITS={"read": 10**6, "write": 10**6}):
        found = build_caller(portfolio)
        signer.secret = found.signing_secret
        yield found


class Signer:
    """Puts a true signature in the place of every invented one, as a sender with a secret would.

    Headers that are missing or misshapen stay so: those are to be refused.
    """

    secret = ""

    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        given = (environ.get(f"HTTP_MAKEGOOD_{name}", "") for name in ("TIMESTAMP", "SIGNATURE"))
        if all(map(re.fullmatch, (r"[0-9]{1,12}(\.[0-9]{1,6})?", "v1=[0-9a-f]{64}"), given)):
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = io.BytesIO(body)
            path, key = environ["PATH_INFO"], environ.get("HTTP_IDEMPOTENCY_KEY", "")
            for name, value in signed_headers(self.secret, path, key, body).items():
                environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
        return self.app(environ, start_response)


signer = Signer(get_wsgi_application())
schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
schema.app = signer


@schema.parametrize()
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_it_keeps_to_its_description(case: schemathesis.Case, caller: Caller) -> None:
    headers = {"Authorization": f"Bearer {caller.secret}"}

    case.call_and_validate(headers=headers, checks=CHECKS)

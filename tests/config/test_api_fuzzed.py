"""The API does what its own description says, whatever it is sent."""

from __future__ import annotations

from collections.abc import Iterator

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

from tests.config.api_caller import Caller, build_caller
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
        yield build_caller(portfolio)


schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
schema.app = get_wsgi_application()


@schema.parametrize()
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_it_keeps_to_its_description(case: schemathesis.Case, caller: Caller) -> None:
    headers = {"Authorization": f"Bearer {caller.secret}"}

    case.call_and_validate(headers=headers, checks=CHECKS)

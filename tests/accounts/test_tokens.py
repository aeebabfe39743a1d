"""Other systems call with a token: what it is, what it opens, when it stops."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from accounts.access.models import ApiToken
from accounts.access.rights import Role
from accounts.access.services import issue_token, recognise_token, revoke_token
from accounts.users.models import User
from accounts.users.services import deactivate_user
from core.audit import SYSTEM, Actor, AuditEntry


class LoanList(APIView):
    required_right = "loan.view"

    def get(self, request: Request) -> Response:
        return Response({"caller": Actor.of(request.user).kind})


class ImportRun(APIView):
    required_right = "import.run"

    def get(self, request: Request) -> Response:
        return Response({})


class Forgotten(APIView):
    def get(self, request: Request) -> Response:
        return Response({})


@pytest.fixture
def machine(appoint: Callable[..., User]) -> User:
    return appoint(Role.INTEGRATION, "Loan System")


def call(view: type[APIView], header: str | None) -> Response:
    extra = {"HTTP_AUTHORIZATION": header} if header is not None else {}
    return view.as_view()(APIRequestFactory().get("/", **extra))


def test_a_token_opens_what_it_was_issued_for(machine: User) -> None:
    secret = issue_token(user=machine, name="Feed", scopes=["loan.view"], by=SYSTEM).secret

    answer = call(LoanList, f"Bearer {secret}")

    assert (answer.status_code, answer.data) == (200, {"caller": "integration"})
    assert call(ImportRun, f"Bearer {secret}").status_code == 403
    assert call(Forgotten, f"Bearer {secret}").status_code == 403


@pytest.mark.parametrize(
    "header", [None, "Bearer", "Bearer x", "Bearer mg_x y", "Basic YTpi", "Bearer mg_\xe9"]
)
def test_without_a_good_token_nothing_opens(machine: User, header: str | None) -> None:
    issue_token(user=machine, name="Feed", scopes=["loan.view"], by=SYSTEM)

    answer = call(LoanList, header)

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"


def test_only_a_digest_is_kept(machine: User) -> None:
    issued = issue_token(user=machine, name="Feed", scopes=["loan.view"], by=SYSTEM)

    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM accounts_apitoken t")
        row = cursor.fetchone()[0]
    assert issued.secret not in row
    assert issued.secret.startswith(issued.row.prefix)
    assert issued.secret not in str(AuditEntry.objects.latest("pk").data)


def test_it_stops_when_revoked_run_out_or_its_owner_is_gone(machine: User) -> None:
    start = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        issued = [
            issue_token(
                user=machine, name=f"n{i}", scopes=["loan.view"], by=SYSTEM, life=timedelta(days=1)
            )
            for i in range(2)
        ]
        revoke_token(token=issued[0].row, by=SYSTEM)
        revoke_token(token=issued[0].row, by=SYSTEM)
        assert recognise_token(secret=issued[0].secret) is None
        assert recognise_token(secret=issued[1].secret) is not None
    with time_machine.travel(start + timedelta(days=1), tick=False):
        assert recognise_token(secret=issued[1].secret) is None
    assert AuditEntry.objects.filter(action="token.revoked").count() == 1

    with time_machine.travel(start, tick=False):
        deactivate_user(user=machine, by=SYSTEM)
        assert recognise_token(secret=issued[1].secret) is None


def test_the_day_of_use_is_noted_once(
    machine: User, django_assert_num_queries: Callable[..., object]
) -> None:
    secret = issue_token(user=machine, name="Feed", scopes=["loan.view"], by=SYSTEM).secret

    with django_assert_num_queries(2):  # the token with its user, the day
        recognise_token(secret=secret)
    with django_assert_num_queries(1):  # the token with its user
        recognise_token(secret=secret)

    assert ApiToken.objects.get().last_used_on is not None


@pytest.mark.parametrize(
    ("scopes", "days"),
    [([], 90), (["user.manage"], 90), (["loan.view"], 367), (["loan.view"], 0)],
)
def test_what_is_not_issued(machine: User, scopes: list[str], days: int) -> None:
    with pytest.raises(ValidationError):
        issue_token(user=machine, name="Feed", scopes=scopes, by=SYSTEM, life=timedelta(days=days))
    assert not ApiToken.objects.exists()


def test_people_get_no_tokens(ana: User) -> None:
    with pytest.raises(ValidationError, match="integrations only"):
        issue_token(user=ana, name="Mine", scopes=["loan.view"], by=SYSTEM)
    assert not ApiToken.objects.exists()

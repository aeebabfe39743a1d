"""What every endpoint of the API keeps: who may call, what is refused and how, pages, limits."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from drf_spectacular.validation import validate_schema

from accounts.access.rights import Role
from accounts.access.services import revoke_token
from accounts.models import User
from accounts.users.services import deactivate_user
from core import clock
from tests.config.api_caller import build_caller, problem_of
from tests.loans.builders import CLERK, build_cast, build_loan, build_portfolio

pytestmark = pytest.mark.django_db

LISTS = ("portfolios", "loans", "repayments", "positions", "cases", "callbacks", "attempts")


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def portfolio():
    return build_portfolio()


@pytest.fixture
def caller(portfolio):
    return build_caller(portfolio)


@pytest.mark.parametrize("name", LISTS)
def test_without_a_token_nothing_is_told(name):
    answer = Client().get(f"/api/v1/{name}/")

    assert answer.status_code == 401
    assert problem_of(answer) == "not-authenticated"
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("name", LISTS)
def test_a_token_without_the_right_is_refused(name, portfolio):
    answer = build_caller(portfolio, scopes={"receipt.post"}).get(f"{name}/")

    assert answer.status_code == 403
    assert problem_of(answer) == "forbidden"


def test_a_token_ends_when_it_runs_out_is_revoked_or_its_integration_goes(caller, portfolio):
    assert caller.get("loans/").status_code == 200
    with time_machine.travel(clock.now() + timedelta(days=91)):
        assert problem_of(caller.get("loans/")) == "not-authenticated"

    revoke_token(token=caller.token, by=CLERK)
    assert caller.get("loans/").status_code == 401

    other = build_caller(portfolio)
    deactivate_user(user=other.user, by=CLERK)
    assert other.get("loans/").status_code == 401


@pytest.mark.parametrize("name", ["loans", "positions", "portfolios"])
def test_other_portfolios_do_not_exist_for_a_token(name, caller, portfolio):
    mine = build_loan(portfolio)
    foreign = build_loan(build_portfolio())
    text = caller.get(f"{name}/").content.decode()

    assert (portfolio.code in text) is True
    assert foreign.portfolio.code not in text
    assert caller.get(f"loans/{mine.pk}/").status_code == 200
    for path in ("", "schedule/", "repayments/", "position/"):
        answer = caller.get(f"loans/{foreign.pk}/{path}")
        assert answer.status_code == 404
        assert problem_of(answer) == "not-found"
    assert caller.get(f"portfolios/{foreign.portfolio.code}/").status_code == 404


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"colour": "red"}, "colour"),
        ({"format": "xml"}, "format"),
        ({"status": "nonsense"}, "status"),
        ({"limit": "0"}, "limit"),
        ({"limit": "201"}, "limit"),
        ({"limit": "²"}, "limit"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"status": ["active", "paid_off"]}, "status"),
        ({"contract_no": "\0"}, "contract_no"),
    ],
)
def test_a_wrong_parameter_is_named(caller, query, parameter):
    answer = caller.get("loans/", query)

    assert answer.status_code == 400
    assert problem_of(answer) == "invalid-parameter"
    assert [error["parameter"] for error in answer.json()["errors"]] == [parameter]


def test_a_detail_takes_no_parameters(caller, portfolio):
    answer = caller.get(f"loans/{build_loan(portfolio).pk}/", {"expand": "all"})

    assert (answer.status_code, problem_of(answer)) == (400, "invalid-parameter")


def test_every_refusal_is_a_problem(caller):
    client, headers = caller.client, {"authorization": f"Bearer {caller.secret}"}
    page = "/api/v1/repayments/"

    def send(body: bytes, kind: str):
        return client.post(page, body, content_type=kind, headers=headers)

    refusals = {
        "not-found": caller.get("nothing-here/"),
        "method-not-allowed": client.delete(page, headers=headers),
        "not-acceptable": caller.get("loans/", accept="text/html"),
        "unsupported-media-type": send(b"a=b", "application/x-www-form-urlencoded"),
        "malformed-request": send(b'{"amount": ', "application/json"),
    }
    for code, answer in refusals.items():
        assert problem_of(answer) == code
    assert refusals["not-acceptable"].status_code == 406
    assert problem_of(send(b'{"amount": "1", "amount": "2"}', "application/json")) == (
        "malformed-request"
    )
    assert problem_of(send(b'{"amount": NaN}', "application/json")) == "malformed-request"
    assert problem_of(client.options(page, headers=headers)) == "method-not-allowed"


def test_a_fault_of_ours_is_a_problem_too(caller, monkeypatch):
    def fail(self, *args, **kwargs):
        raise RuntimeError("a fault with personal data 13812345678")

    monkeypatch.setattr("loans.contracts.api.LoanList.get_queryset", fail)

    answer = caller.get("loans/")

    assert (answer.status_code, problem_of(answer)) == (500, "internal-error")
    assert "13812345678" not in answer.content.decode()


def test_a_session_may_read_and_may_write_only_with_its_csrf_token():
    cast = build_cast()
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.ana, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert client.get("/api/v1/loans/").status_code == 200
    answer = client.post("/api/v1/repayments/", "{}", content_type="application/json")
    assert answer.status_code == 403
    assert "CSRF" in answer.json()["detail"]


def test_nobody_elsewhere_on_the_web_may_read(caller):
    answer = caller.get("loans/", origin="https://elsewhere.example")

    assert not [name for name in answer.headers if name.startswith("Access-Control")]
    assert answer["Cache-Control"] == "private, no-cache"


def test_an_unchanged_answer_is_not_sent_again(caller, portfolio):
    page = f"loans/{build_loan(portfolio).pk}/"
    first = caller.get(page)

    again = caller.get(page, **{"if-none-match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")


def test_pages_lose_and_repeat_nothing_while_rows_arrive(caller, portfolio):
    before = [build_loan(portfolio).contract_no for _number in range(7)]
    seen, address = [], "loans/?limit=3"
    while address:
        page = caller.get(address).json()
        seen += [row["contract_no"] for row in page["results"]]
        address = page["next"]
        build_loan(portfolio, contract_no=f"A{len(seen)}")
        if len(seen) > 30:
            break

    assert len(seen) == len(set(seen))
    assert [number for number in seen if number in before] == before


def test_a_cursor_is_good_for_its_own_list_only(caller, portfolio):
    for _number in range(2):
        build_loan(portfolio)
    address = caller.get("loans/", {"limit": 1}).json()["next"]
    cursor = parse_qs(urlsplit(address).query)["cursor"][0]

    assert caller.get(address).status_code == 200
    assert problem_of(caller.get(f"positions/?cursor={cursor}")) == "invalid-parameter"
    assert problem_of(caller.get(f"loans/?cursor={cursor}x")) == "invalid-parameter"


@override_settings(API_LIMITS={"read": 3, "write": 1})
def test_a_token_that_calls_too_often_waits_and_others_do_not(caller, portfolio):
    with time_machine.travel("2026-11-24T10:00:10Z", tick=False) as traveller:
        answers = [caller.get("loans/") for _number in range(4)]

        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert [answer["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
        assert answers[0]["RateLimit-Limit"] == "3"
        assert problem_of(answers[3]) == "throttled"
        assert answers[3]["Retry-After"] == answers[3]["RateLimit-Reset"] == "50"
        assert build_caller(portfolio).get("loans/").status_code == 200

        assert caller.post("repayments/", {}).status_code == 422
        assert caller.post("repayments/", {}).status_code == 429
        traveller.shift(50)
        assert caller.get("loans/").status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_a_list_takes_the_same_few_queries_for_many_rows(name, caller, portfolio):
    caller.get(f"{name}/")
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert caller.get(f"{name}/").status_code == 200
        counts.append(len(queries))
        for _number in range(4):
            build_loan(portfolio)

    assert counts[0] <= 12
    assert counts[1] <= counts[0] + 2  # what empty lists need not ask for


def test_the_description_is_valid_and_public():
    answer = Client().get("/api/v1/schema/")

    assert answer.status_code == 200
    document = json.loads(answer.content)
    assert document["openapi"].startswith("3.")
    validate_schema(document)
    assert set(document["paths"]) >= {f"/api/v1/{name}/" for name in LISTS}
    for operations in document["paths"].values():
        for operation in operations.values():
            assert {"401", "403", "429", "500"} <= set(operation["responses"])


def test_the_description_lies_where_it_is_looked_for():
    assert reverse("api:schema") == "/api/v1/schema/"


def test_people_see_through_the_api_what_their_role_lets_them_see():
    cast = build_cast()
    build_loan(cast.portfolio)
    client = Client()
    client.force_login(cast.cleo, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert client.get("/api/v1/loans/").json()["results"] == []
    assert User.objects.get(pk=cast.cleo.pk).role == Role.AGENT

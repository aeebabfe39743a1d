"""A session that ends: people are warned, and come back to the page they were on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import User

pytestmark = pytest.mark.django_db

PAGE = "/account/preferences/?from=here"


@pytest.fixture
def signed_in(client: Client, ana: User, sign_in: Callable[..., Any]) -> Client:
    sign_in(client, ana.email)
    client.get(PAGE)
    return client


def _after(minutes: float) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False)


def _query(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)


def test_an_ended_session_leads_to_sign_in_and_back_to_the_page(signed_in: Client) -> None:
    with _after(31):
        answer = signed_in.get(PAGE)

        assert answer.status_code == 302
        assert _query(answer.headers["Location"]) == {"next": [PAGE], "ended": ["1"]}
        page = signed_in.get(answer.headers["Location"]).content.decode()
    assert "Your session ended" in page


def test_who_never_had_a_session_is_told_of_none(client: Client) -> None:
    answer = client.get(PAGE)

    assert _query(answer.headers["Location"]) == {"next": [PAGE]}


def test_a_form_leads_back_to_the_page_it_stood_on(signed_in: Client, ana: User) -> None:
    with _after(31):
        answer = signed_in.post(
            "/account/inbox/read/", headers={"Referer": f"http://testserver{PAGE}"}
        )

    assert _query(answer.headers["Location"])["next"] == [PAGE]


def test_a_foreign_page_is_never_led_back_to(signed_in: Client) -> None:
    with _after(31):
        answer = signed_in.post(
            "/account/inbox/read/", headers={"Referer": "http://elsewhere.example/x"}
        )

    assert _query(answer.headers["Location"])["next"] == ["/"]


def test_a_region_takes_the_whole_page_to_sign_in(signed_in: Client) -> None:
    with _after(31):
        answer = signed_in.get(
            "/account/inbox/",
            headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{PAGE}"},
        )

    assert answer.status_code == 204
    assert _query(answer.headers["HX-Redirect"])["next"] == [PAGE]


def test_asking_how_long_the_session_lasts_does_not_lengthen_it(signed_in: Client) -> None:
    with _after(29):
        left = signed_in.get("/account/session/").json()["seconds"]
    assert 0 < left <= 60

    with _after(30.5):
        assert signed_in.get("/account/session/", headers={"HX-Request": "true"}).status_code == 204
        assert signed_in.get(PAGE).status_code == 302


def test_staying_lengthens_it(signed_in: Client) -> None:
    with _after(29):
        assert signed_in.post("/account/session/stay/").status_code == 204

    with _after(45):
        assert signed_in.get(PAGE).status_code == 200


def test_staying_ends_with_the_day(signed_in: Client) -> None:
    whole = settings.SESSION_ABSOLUTE_LIMIT.total_seconds() / 60
    for minutes in range(25, int(whole), 25):
        with _after(minutes):
            signed_in.post("/account/session/stay/")

    with _after(whole + 1):
        assert signed_in.get(PAGE).status_code == 302

"""The first page leads where a role works; the component page is for staff."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access.rights import Role
from accounts.models import User
from tests.loans.builders import build_cast

pytestmark = pytest.mark.django_db


def _client(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.parametrize(
    ("who", "first"),
    [
        ("ana", "desk:my_cases"),
        ("ben", "desk:my_cases"),
        ("auditor", "reporting:dashboard"),
    ],
)
def test_the_first_page_is_the_first_the_role_may_open(who, first):
    answer = _client(getattr(build_cast(), who)).get("/")

    assert answer.status_code == 302
    assert answer.url == reverse(first)


@pytest.mark.parametrize(
    ("role", "first"),
    [
        (Role.FIELD_AGENT, "desk:field_day"),
        (Role.MANAGER, "reporting:dashboard"),
    ],
)
def test_a_role_with_a_page_of_its_own_opens_on_it(role, first):
    user = User.objects.create_user(
        "someone@example.com", password=None, full_name="Someone", role=role
    )

    assert _client(user).get("/").url == reverse(first)


def test_without_signing_in_the_first_page_asks_for_it():
    answer = Client().get("/")

    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


@pytest.mark.parametrize(
    ("who", "status"), [("administrator", 200), ("auditor", 200), ("ana", 403)]
)
def test_who_may_see_every_component(who, status):
    assert _client(getattr(build_cast(), who)).get("/components/").status_code == status

"""The people of these tests, appointed through the services."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from accounts.access.rights import Role
from accounts.teams.models import Team
from accounts.teams.services import create_team
from accounts.users.models import User
from accounts.users.services import create_user
from core.audit import SYSTEM
from tests import races

PASSWORD = "seven quiet harbour lamps"

Appoint = Callable[..., User]
SignIn = Callable[..., HttpResponse]


@pytest.fixture(autouse=True)
def _no_earlier_attempts() -> Iterator[None]:
    """Rate limits count in the cache; every test starts from nothing."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def appoint(db: None) -> Appoint:
    """Creates somebody with a role; the address follows from the name."""

    def create(role: str = Role.AGENT, name: str = "Ana Silva", **fields: Any) -> User:
        defaults: dict[str, Any] = {"must_change_password": False}
        if role != Role.INTEGRATION:
            defaults["password"] = PASSWORD
        email = f"{name.lower().replace(' ', '.')}@lender.example"
        values = {"email": email, **defaults, **fields}
        return create_user(full_name=name, role=role, by=SYSTEM, **values)

    return create


@pytest.fixture
def team(db: None) -> Team:
    return create_team(name="South", by=SYSTEM)


@pytest.fixture
def ana(appoint: Appoint, team: Team) -> User:
    """An agent of team South."""
    return appoint(Role.AGENT, "Ana Silva", team=team)


@pytest.fixture
def ben(appoint: Appoint, team: Team) -> User:
    """The lead of team South."""
    return appoint(Role.TEAM_LEAD, "Ben Ortiz", team=team)


@pytest.fixture
def ada(appoint: Appoint) -> User:
    """An administrator."""
    return appoint(Role.ADMINISTRATOR, "Ada Chen")


@pytest.fixture
def sign_in() -> SignIn:
    """Posts the sign-in form as a browser does."""

    def post(client: Client, email: str, password: str = PASSWORD, **extra: Any) -> HttpResponse:
        return client.post("/account/login/", {"login": email, "password": password}, **extra)

    return post


@pytest.fixture
def at_once() -> Callable[..., list[Any]]:
    """Runs callables in threads with connections of their own; errors are returned as results."""

    return lambda *works: races.at_once(works)

"""Real second connections and threads, for the tests of what happens at the same time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from core.audit import Actor
from tests.races import at_once

ANA = Actor(kind="user", id="ana", label="Ana Silva")


@pytest.fixture
def ana() -> Actor:
    """The collector whose acts are recorded."""
    return ANA


@pytest.fixture
def other_connection() -> Iterator[Any]:
    """A second connection to the test database, outside autocommit."""
    other = connection.copy()
    other.set_autocommit(False)
    yield other
    other.rollback()
    other.close()


@pytest.fixture
def other_database() -> Iterator[Any]:
    """A connection to another database of the same server, outside autocommit."""
    other = connection.copy()
    other.settings_dict = {**other.settings_dict, "NAME": "postgres"}
    other.set_autocommit(False)
    yield other
    other.rollback()
    other.close()


@pytest.fixture
def together() -> Callable[..., list[Any]]:
    """Runs callables in threads of their own, each with its own connection; returns results.

    A raised exception is returned in its place.
    """

    return lambda callables, workers=16: at_once(callables, most=workers)

"""Real second connections and threads, for the tests of what happens at the same time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from core.audit import Actor

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

    def run(callables: list[Callable[[], Any]], workers: int = 16) -> list[Any]:
        def isolated(work: Callable[[], Any]) -> Any:
            try:
                return work()
            except Exception as error:
                return error
            finally:
                connection.close()

        with ThreadPoolExecutor(max_workers=workers) as pool:
            return list(pool.map(isolated, callables))

    return run

"""A stage for benchmarks on the server of the tests, with a small book built once."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.db import connection, connections

from benchmarks.server import Server
from benchmarks.stage import Stage

LOANS = 600


@pytest.fixture(scope="session")
def stage(
    django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """The stage of a run at 600 loans; its databases are copies of the empty test database."""
    migrated = str(connection.settings_dict["NAME"])
    server = Server(os.environ["DATABASE_URL"], prefix=f"makegood_bench_{os.getpid()}_")
    with django_db_blocker.unblock():
        _end_other_sessions()
        connections.close_all()  # a database can be copied while nobody is connected to it
        yield Stage(
            server=server,
            sizes=(LOANS,),
            home=tmp_path_factory.mktemp("bench"),
            migrated=migrated,
        )
        for name in server.databases():
            server.drop(name)


def _end_other_sessions() -> None:
    """A line that a browser keeps open to the live server holds a session of the test database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

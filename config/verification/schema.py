"""One migrated database, of which every test process takes a copy: to migrate takes long.

It is migrated while the checks that need no server run, so it costs the run no time of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from config.verification.steps import Step, manage

#: Read by the settings of tests: the database that theirs is copied from.
VARIABLE: Final = "TEST_DATABASE_TEMPLATE"
_NAME: Final = "makegood_schema"


def migrating_step(environment: Mapping[str, str]) -> Step:
    """Makes an empty database on the server of `environment`; returns the step that migrates it."""
    with closing(psycopg2.connect(environment["DATABASE_URL"])) as server:
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {_NAME}")
    address = urlunsplit(urlsplit(environment["DATABASE_URL"])._replace(path=f"/{_NAME}"))
    return Step("migrate from nothing", manage("migrate", "-v0"), {"DATABASE_URL": address})


def copied(environment: Mapping[str, str]) -> dict[str, str]:
    """Returns the environment of tests that copy the migrated database."""
    return {**environment, VARIABLE: _NAME}

"""What all tests share."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

from config.verification.browser import find_chromium
from tests import planted_values

# A run of everything stays short and tries the same examples each time, so that red means changed;
# HYPOTHESIS_PROFILE=thorough searches for longer, at random. Examples that
# touch the database are slow now and then on a busy machine, which is no failure.
settings.register_profile(
    "default",
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "thorough", settings.get_profile("default"), max_examples=5_000, derandomize=False
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

_sql_flush = DatabaseOperations.sql_flush


def _flush_what_was_written(
    self: DatabaseOperations, style: Any, tables: list[str], **options: Any
) -> list[str]:
    # Most of the tables are empty after a test, and to truncate one costs as much as to fill it.
    with self.connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}' WHERE EXISTS (SELECT FROM {self.quote_name(table)})"
                for table in tables
            )
        )
        written = [table for (table,) in cursor.fetchall()]
    statements = _sql_flush(self, style, written, **{**options, "allow_cascade": True})
    # Append-only tables refuse TRUNCATE, as they should; only emptying the test database may.
    return ["SET LOCAL session_replication_role = replica", *statements] if statements else []


@pytest.fixture(autouse=True, scope="session")
def _empty_append_only_tables() -> None:
    DatabaseOperations.sql_flush = _flush_what_was_written  # type: ignore[method-assign]


CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for a whole worker: a second one in the same thread would not start."""
    found = find_chromium()
    if not found:
        pytest.skip("No Chromium on the PATH: the browser tests are left out.")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=CHROMIUM_FLAGS)
        yield opened
        opened.close()


# --- what is loaded and collected stays to the end: the collector of garbage need not walk it ---
def pytest_collection(session: pytest.Session) -> None:
    gc.disable()


def pytest_collection_finish(session: pytest.Session) -> None:
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)  # as in config/gunicorn.py


# --- what the application logs holds nothing of the people in the tests (bin/test) -----------
def pytest_sessionstart(session: pytest.Session) -> None:
    if folder := planted_values.directory():
        planted_values.begin(folder)


def pytest_runtest_setup(item: pytest.Item) -> None:
    planted_values.listen()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    if planted_values.directory():
        planted_values.note_what_stands_in_clear(item)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if folder := planted_values.directory():
        planted_values.end(folder)

"""What all tests share."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations

_sql_flush = DatabaseOperations.sql_flush


def _flush_append_only_too(self: DatabaseOperations, *args: Any, **kwargs: Any) -> list[str]:
    # Append-only tables refuse TRUNCATE, as they should; only emptying the test database may.
    statements = _sql_flush(self, *args, **kwargs)
    return ["SET LOCAL session_replication_role = replica", *statements] if statements else []


@pytest.fixture(autouse=True, scope="session")
def _empty_append_only_tables() -> None:
    DatabaseOperations.sql_flush = _flush_append_only_too  # type: ignore[method-assign]

"""The floor of a page: its own statements, sent as plain text on one plain connection."""

from __future__ import annotations

import time
from collections.abc import Sequence

from psycopg2.extensions import connection as Connection


def replay_seconds(connection: Connection, statements: Sequence[str]) -> float:
    """Returns the seconds that the statements of one request took, rows fetched."""
    with connection.cursor() as cursor:
        begun = time.perf_counter()
        cursor.execute("BEGIN")
        for statement in statements:
            cursor.execute(statement)
            if cursor.description is not None:
                cursor.fetchall()
        cursor.execute("ROLLBACK")
        return time.perf_counter() - begun

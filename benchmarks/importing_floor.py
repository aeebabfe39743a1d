"""The floor of the import: COPY of the rows it left, table by table, into the same empty tables.

Fixed: the tables have their indexes, constraints, foreign keys and triggers, the rows are those
of the import in the order in which it stored them, each table is one COPY and one commit, from a
file on this machine.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from psycopg2.extensions import connection as Connection

#: What an import fills, each table behind those it refers to.
TABLES: Final = (
    "core_datakey",
    "loans_party",
    "loans_contactpoint",
    "loans_loan",
    "loans_loanparty",
    "loans_vehicle",
    "loans_schedule",
    "loans_repayment",
    "loans_instalment",
    "loans_allocation",
    "loans_position",
    "loans_bucketstay",
    "loans_positionchange",
)
_OTHERS: Final = """
SELECT relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND relkind IN ('r', 'p') AND NOT relispartition
    AND relname <> ALL(%s)
ORDER BY relname
"""


def row_count(connection: Connection, table: str) -> int:
    """Returns how many rows a table has."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        count: int = cursor.fetchone()[0]
        return count


def dump(connection: Connection, folder: Path) -> None:
    """Writes every filled table to a file of its own, in the order of its rows on disk."""
    for table in (*TABLES, *_others(connection)):
        if not row_count(connection, table):
            continue
        with connection.cursor() as cursor, _file(folder, table).open("w") as out:
            cursor.copy_expert(
                f'COPY (SELECT * FROM "{table}") TO STDOUT',
                out,
            )


def copy_again(connection: Connection, folder: Path) -> dict[str, float]:
    """Fills an empty, migrated database from the files; returns seconds by table of `TABLES`.

    What the import found there (the portfolio, its product) is put back first and not timed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for table in _others(connection):
            if _file(folder, table).exists() and not row_count(connection, table):
                _copy(connection, folder, table)
        cursor.execute("SET session_replication_role = origin")
    seconds = {}
    for table in TABLES:
        begun = time.monotonic()
        _copy(connection, folder, table)
        seconds[table] = time.monotonic() - begun
    return seconds


def _others(connection: Connection) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS, [list(TABLES)])
        return [table for (table,) in cursor.fetchall()]


def _file(folder: Path, table: str) -> Path:
    return folder / f"{table}.copy"


def _copy(connection: Connection, folder: Path, table: str) -> None:
    with connection.cursor() as cursor, _file(folder, table).open() as rows:
        cursor.copy_expert(f'COPY "{table}" FROM STDIN', rows)

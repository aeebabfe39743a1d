"""The floor of the close: the rows it wrote, written again by plain statements.

The tables are copied before the close, with their indexes, checks and foreign keys. After it, what
changed is laid out as rows, so that the floor works nothing out: it updates exactly the positions
that changed, ends and begins exactly those bucket stays, inserts the same position changes, cases
and events, in one transaction on one connection.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from psycopg2.extensions import connection as Connection

COPIED = (
    "loans_position",
    "loans_bucketstay",
    "loans_positionchange",
    "collections_app_case",
    "collections_app_caseevent",
)

#: What the close of a day changed: the rows as they are now, beside the copies as they were.
_LAY_OUT = """
DROP SCHEMA IF EXISTS wanted CASCADE;
CREATE SCHEMA wanted;
CREATE TABLE wanted.position AS SELECT now.*
    FROM loans_position AS now JOIN floor.loans_position AS was USING (loan_id)
    WHERE now IS DISTINCT FROM was;
CREATE TABLE wanted.stay_ended AS SELECT now.id, now.left_on
    FROM loans_bucketstay AS now JOIN floor.loans_bucketstay AS was USING (id)
    WHERE now.left_on IS NOT NULL AND was.left_on IS NULL;
CREATE TABLE wanted.stay_begun AS SELECT * FROM loans_bucketstay
    WHERE id > (SELECT coalesce(max(id), 0) FROM floor.loans_bucketstay);
CREATE TABLE wanted.change AS SELECT * FROM loans_positionchange
    WHERE id > (SELECT coalesce(max(id), 0) FROM floor.loans_positionchange);
CREATE TABLE wanted.opened AS SELECT * FROM collections_app_case AS now
    WHERE NOT EXISTS (SELECT FROM floor.collections_app_case AS was WHERE was.id = now.id);
CREATE TABLE wanted.event AS SELECT * FROM collections_app_caseevent
    WHERE id > (SELECT coalesce(max(id), 0) FROM floor.collections_app_caseevent);
ANALYZE wanted.position; ANALYZE wanted.stay_ended; ANALYZE wanted.stay_begun;
ANALYZE wanted.change; ANALYZE wanted.opened; ANALYZE wanted.event;
"""

_UPDATE_POSITIONS = """
UPDATE floor.loans_position AS position SET
    status = w.status, aged_on = w.aged_on, oldest_unsatisfied_due_on = w.oldest_unsatisfied_due_on,
    paused_days = w.paused_days, paused_from = w.paused_from, bucket = w.bucket,
    overdue_principal = w.overdue_principal, overdue_interest = w.overdue_interest,
    overdue_fee = w.overdue_fee, overdue_penalty = w.overdue_penalty,
    overdue_amount = w.overdue_amount, next_due_on = w.next_due_on,
    next_due_amount = w.next_due_amount, next_due_number = w.next_due_number,
    next_transition_on = w.next_transition_on
FROM wanted.position AS w WHERE w.loan_id = position.loan_id
"""

_WRITE_THE_REST = (
    """
    UPDATE floor.loans_bucketstay AS stay SET left_on = w.left_on
    FROM wanted.stay_ended AS w WHERE w.id = stay.id
    """,
    "INSERT INTO floor.loans_bucketstay SELECT * FROM wanted.stay_begun",
    "INSERT INTO floor.loans_positionchange SELECT * FROM wanted.change",
    "INSERT INTO floor.collections_app_case SELECT * FROM wanted.opened",
    "INSERT INTO floor.collections_app_caseevent SELECT * FROM wanted.event",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """What the floor took, in seconds, and how many rows it wrote."""

    seconds: float
    update_seconds: float
    positions: int
    rows: int


def copy_tables(connection: Connection) -> None:
    """Copies the tables that a close writes, with all that makes a write cost what it costs."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA floor")
        for table in COPIED:
            cursor.execute(f"CREATE TABLE floor.{table} (LIKE {table} INCLUDING ALL)")
            cursor.execute(f"INSERT INTO floor.{table} SELECT * FROM {table}")
            for name, definition in foreign_keys(connection, table):
                cursor.execute(f'ALTER TABLE floor.{table} ADD CONSTRAINT "{name}" {definition}')
            cursor.execute(f"VACUUM (ANALYZE) floor.{table}")


def write_again(connection: Connection) -> Floor:
    """Writes what the last close wrote into the copies and returns what that took."""
    with connection.cursor() as cursor:
        cursor.execute(_LAY_OUT)
        cursor.execute("CHECKPOINT")
        begun = time.monotonic()
        cursor.execute("BEGIN")
        cursor.execute(_UPDATE_POSITIONS)
        positions, updated = cursor.rowcount, time.monotonic()
        rows = positions
        for statement in _WRITE_THE_REST:
            cursor.execute(statement)
            rows += cursor.rowcount
        cursor.execute("COMMIT")
        ended = time.monotonic()
    return Floor(
        seconds=ended - begun, update_seconds=updated - begun, positions=positions, rows=rows
    )


def foreign_keys(connection: Connection, table: str) -> list[tuple[str, str]]:
    """Returns name and definition of each foreign key of a table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype = 'f'",
            [table],
        )
        return [(str(name), str(definition)) for name, definition in cursor.fetchall()]

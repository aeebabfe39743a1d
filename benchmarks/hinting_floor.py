"""The floor of refreshing hints: the rows about each batch of people read, the hints written again.

As plain text on one connection, a transaction for each batch of as many people as the refresh
takes; every row is fetched. The table is copied, with its indexes and checks, before the refresh.
"""

from __future__ import annotations

import time
from typing import Final

from psycopg2.extensions import connection as Connection

from benchmarks.closing_floor import foreign_keys
from collections_app.worklist.services import BATCH

TABLE: Final = "collections_app_workitem"
#: Each row that the gate may look at for these people and their loans.
_READS: Final = (
    "SELECT * FROM collections_app_case WHERE state = 'open' AND borrower_id = ANY(%(people)s)",
    """
    SELECT role.*, loan.* FROM loans_loanparty AS role
    JOIN loans_loan AS loan ON loan.id = role.loan_id WHERE role.party_id = ANY(%(people)s)
    """,
    """
    SELECT id, party_id, kind, place, time_zones, invalid_since FROM loans_contactpoint
    WHERE party_id = ANY(%(people)s)
    """,
    """
    SELECT id, party_id, kind, country, region, time_zones FROM loans_address
    WHERE party_id = ANY(%(people)s) AND is_current
    """,
    "SELECT * FROM compliance_stop WHERE party_id = ANY(%(people)s) AND lifted_at IS NULL",
    "SELECT * FROM compliance_consent WHERE party_id = ANY(%(people)s)",
    "SELECT * FROM compliance_preference WHERE party_id = ANY(%(people)s) AND ended_at IS NULL",
    """
    SELECT * FROM compliance_attempt AS attempt
    LEFT JOIN compliance_settlement AS settlement ON settlement.attempt_id = attempt.id
    WHERE attempt.party_id = ANY(%(people)s)
    """,
)
_WRITE: Final = """
UPDATE floor.collections_app_workitem AS item
SET workable_from = now.workable_from, workable_until = now.workable_until, look_at = now.look_at,
    refreshed_at = now.refreshed_at
FROM collections_app_workitem AS now WHERE now.id = item.id AND item.id = ANY(%(items)s)
"""


def copy_table(connection: Connection) -> None:
    """Copies the hints as they are before the refresh."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA floor")
        cursor.execute(f"CREATE TABLE floor.{TABLE} (LIKE {TABLE} INCLUDING ALL)")
        cursor.execute(f"INSERT INTO floor.{TABLE} SELECT * FROM {TABLE}")
        for name, definition in foreign_keys(connection, TABLE):
            cursor.execute(f'ALTER TABLE floor.{TABLE} ADD CONSTRAINT "{name}" {definition}')
        cursor.execute(f"VACUUM (ANALYZE) floor.{TABLE}")


def write_again(connection: Connection) -> float:
    """Reads and writes again whatever the refresh changed; returns the seconds."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT now.id, now.party_id::text FROM {TABLE} AS now"
            f" JOIN floor.{TABLE} AS was USING (id) WHERE now IS DISTINCT FROM was ORDER BY id"
        )
        changed = cursor.fetchall()
        cursor.execute("CHECKPOINT")
        begun = time.monotonic()
        for start in range(0, len(changed), BATCH):
            batch = changed[start : start + BATCH]
            # Both as one literal each: an array of so many parameters takes long to parse.
            people = "{" + ",".join(party for _pk, party in batch) + "}"
            cursor.execute("BEGIN")
            for statement in _READS:
                cursor.execute(statement, {"people": people})
                cursor.fetchall()
            items = "{" + ",".join(str(pk) for pk, _party in batch) + "}"
            cursor.execute(_WRITE, {"items": items})
            cursor.execute("COMMIT")
        return time.monotonic() - begun

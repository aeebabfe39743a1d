"""The floor of a claim: the bare statement of a queue, by the same number of processes.

A copy of the work items with the list each stands on and a rank that was worked out before; one
statement takes the first that nobody is locking. Nobody is asked whether they may be called,
nothing is ranked, no lease is written.
"""

from __future__ import annotations

import time
from contextlib import closing
from typing import Final

from psycopg2.extensions import connection as Connection

from benchmarks.stage import Stage
from core.jobs.processes import share_among

_COPY: Final = """
DROP SCHEMA IF EXISTS floor CASCADE; CREATE SCHEMA floor;
CREATE TABLE floor.item AS
SELECT item.id, item.party_id, item.claimed_until, due.list,
    row_number() OVER (ORDER BY due.id) AS rank
FROM collections_app_workitem AS item
JOIN (
    SELECT id, borrower_id, portfolio_id, next_step_at,
        dense_rank() OVER (ORDER BY assignee_id NULLS FIRST) - 1 AS list
    FROM collections_app_case
    WHERE state = 'open' AND next_step_at = (SELECT min(next_step_at) FROM collections_app_case)
) AS due ON due.borrower_id = item.party_id AND due.portfolio_id = item.portfolio_id;
ALTER TABLE floor.item ADD PRIMARY KEY (id);
CREATE INDEX ON floor.item (list, rank) WHERE claimed_until IS NULL;
"""
_CLAIM: Final = """
UPDATE floor.item SET claimed_until = now() + INTERVAL '5 minutes'
WHERE id = (
    SELECT id FROM floor.item WHERE list = %s AND claimed_until IS NULL
    ORDER BY rank LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING party_id
"""


def copy_table(connection: Connection) -> None:
    """Copies who waits on which list, ranked, before anybody is claimed."""
    with connection.cursor() as cursor:
        cursor.execute(_COPY)
        cursor.execute("VACUUM (ANALYZE) floor.item")


def claim_again(stage: Stage, agents: int) -> tuple[list[float], float]:
    """Claims everybody again; returns the sorted seconds of each claim, and all of them."""
    begun = time.monotonic()
    taken = share_among(agents, lambda share, _of: _claim(stage, share))
    seconds = time.monotonic() - begun
    return sorted(one for some in taken for one in some), seconds


def _claim(stage: Stage, share: int) -> list[float]:
    taken: list[float] = []
    with closing(stage.connect()) as plain, plain.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT list) FROM floor.item")
        lists = max(1, cursor.fetchone()[0])
        while True:
            begun = time.perf_counter()
            cursor.execute(_CLAIM, [share % lists])
            if cursor.fetchone() is None:
                return taken
            taken.append(time.perf_counter() - begun)

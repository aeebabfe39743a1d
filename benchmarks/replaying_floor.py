"""The floor of replaying one loan: a bare SELECT of each table its facts and rows stand in."""

from __future__ import annotations

import time
from collections.abc import Sequence
from uuid import UUID

from psycopg2.extensions import connection as Connection

#: Every table a replay reads facts from.
FACTS = (
    "loans_loan", "loans_schedule", "loans_repayment", "loans_repaymentstatechange",
    "loans_charge", "loans_waiver", "loans_writeoff", "loans_refund", "loans_chargeback",
    "loans_reversal", "loans_pause", "loans_resume", "loans_statedposition",
)  # fmt: skip
#: Every table that what it derives is compared with.
DERIVED = (
    "loans_position", "loans_instalment", "loans_allocation", "loans_bucketstay",
    "loans_replaydifference",
)  # fmt: skip


def read_seconds(
    connection: Connection, *, tables: Sequence[str], loan_ids: Sequence[UUID]
) -> list[float]:
    """Returns the seconds that reading all rows of each loan took, one loan at a time."""
    taken = []
    with connection.cursor() as cursor:
        for loan_id in loan_ids:
            begun = time.perf_counter()
            for table in tables:
                key = "id" if table == "loans_loan" else "loan_id"
                cursor.execute(f"SELECT * FROM {table} WHERE {key} = %s", [loan_id])
                cursor.fetchall()
            taken.append(time.perf_counter() - begun)
    return taken

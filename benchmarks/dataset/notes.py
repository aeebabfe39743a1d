"""The notes of the book: what was said in each conversation, sealed under the person's own key."""

from __future__ import annotations

import io
from uuid import UUID

from psycopg2.extensions import connection as Connection

from benchmarks.dataset.people import identifier
from core.encryption import seal
from core.encryption.models import DataKey

_CHUNK = 10_000
_SAID = (
    "Salary comes on the 20th, will pay then.",
    "车还在用，月底发工资后还款。",
    "Disagrees with the late charge, asks for a statement.",
    "换了工作，约下周二再联系。",
)


def load_notes(connection: Connection, *, luck_below: int) -> None:
    """Fills bench.note with a sealed note for every conversation of bench.call."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE UNLOGGED TABLE bench.note (call bigint PRIMARY KEY, sealed bytea)")
        cursor.execute(
            """
            SELECT call, key.id, key.key_version, key.wrapped
            FROM bench.call JOIN loans_party AS party ON party.id = call.party_id
            JOIN core_datakey AS key ON key.id = party.data_key_id
            WHERE luck < %s
            """,
            [luck_below],
        )
        rows = cursor.fetchall()
        for start in range(0, len(rows), _CHUNK):
            lines = [_line(*row) for row in rows[start : start + _CHUNK]]
            cursor.copy_expert("COPY bench.note FROM STDIN", io.StringIO("".join(lines)))


def _line(call: int, key_id: UUID, version: int, wrapped: memoryview) -> str:
    key = DataKey(id=key_id, key_version=version, wrapped=bytes(wrapped))
    sealed = seal(
        key=key,
        plaintext=_SAID[call % len(_SAID)],
        table="collections_app_contact",
        column="note",
        row_id=identifier("contact", call),
    )
    return f"{call}\t\\\\x{sealed.hex()}\n"

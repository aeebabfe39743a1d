"""Taking indexes off empty tables and putting the very same ones back on full ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg2.extensions import connection as Connection

#: Everything of a table that can be rebuilt by itself. A key that other tables point at stays, for
#: without it their constraints would have to go too; its rows arrive in its order, so it is cheap.
_FIND = """
SELECT spec.indrelid::regclass::text, index.relname, held.conname,
    CASE WHEN held.conname IS NULL THEN pg_get_indexdef(index.oid)
        ELSE pg_get_constraintdef(held.oid) END
FROM pg_index AS spec
JOIN pg_class AS index ON index.oid = spec.indexrelid
LEFT JOIN pg_constraint AS held ON held.conindid = index.oid AND held.contype IN ('p', 'u')
WHERE spec.indrelid = ANY(%s::regclass[])
    AND NOT EXISTS (
        SELECT FROM pg_constraint AS pointing
        WHERE pointing.contype = 'f' AND pointing.conindid = index.oid
    )
ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Index:
    """One index, with the constraint it serves where there is one."""

    table: str
    name: str
    constraint: str | None
    definition: str

    @property
    def drop(self) -> str:
        """The statement that removes it."""
        if self.constraint:
            return f'ALTER TABLE {self.table} DROP CONSTRAINT "{self.constraint}"'
        return f'DROP INDEX "{self.name}"'

    @property
    def create(self) -> str:
        """The statement that makes it again as it was."""
        if self.constraint:
            return f'ALTER TABLE {self.table} ADD CONSTRAINT "{self.constraint}" {self.definition}'
        return self.definition


def indexes_of(connection: Connection, tables: Sequence[str]) -> list[Index]:
    """Returns the indexes of some tables that can be dropped and made again."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [list(tables)])
        return [Index(*row) for row in cursor.fetchall()]

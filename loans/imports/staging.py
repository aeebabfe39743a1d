"""Staged rows: written through COPY, read back group by group, sealed while they wait."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from core.encryption import DataKey, seal_bytes, unseal_bytes
from loans.imports.kinds.kind import Group, Kind, ReadRow, Values
from loans.imports.models import ImportBatch, RowError, StagedRow
from loans.imports.row_reading import RowRestorer, to_json

_TABLE = StagedRow._meta.db_table
_COPY = f"COPY {_TABLE} (batch_id, row_no, group_key, payload, sealed, has_error) FROM STDIN"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row on its way into staging; bad ones too, so that their group knows of them."""

    row_no: int
    group_key: str
    values: Values
    has_error: bool


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole groups that follow each other, and the rows of them that have errors."""

    groups: tuple[Group, ...]
    bad: dict[str, tuple[int, ...]]
    last_key: str

    @property
    def row_count(self) -> int:
        """How many good rows the groups have."""
        return sum(len(group.rows) for group in self.groups)


class Stage:
    """The staged rows of one batch. Rows of kinds about people are sealed under the file's key."""

    def __init__(self, batch: ImportBatch, kind: Kind, key: DataKey) -> None:
        self._batch_id: UUID = batch.pk
        self._kind = kind
        self._key = key
        self._restorer = RowRestorer(kind)

    @transaction.atomic
    def write(self, rows: Sequence[NewRow], errors: Sequence[RowError]) -> None:
        """Appends rows through COPY, with the errors found in them, in one transaction."""
        buffer = io.StringIO()
        for row in rows:
            buffer.write(self._line(row))
        buffer.seek(0)
        with connection.cursor() as cursor:
            cursor.cursor.copy_expert(_COPY, buffer)
        RowError.objects.bulk_create(errors, batch_size=1000)

    def _line(self, row: NewRow) -> str:
        text = json.dumps(to_json(row.values), ensure_ascii=False, separators=(",", ":"))
        if self._kind.is_personal:
            sealed = seal_bytes(
                key=self._key,
                plaintext=text.encode(),
                table=_TABLE,
                column="sealed",
                row_id=self._row_id(row.row_no),
            )
            payload, sealed_text = "\\N", "\\\\x" + sealed.hex()
        else:
            payload, sealed_text = text.translate(_ESCAPES), "\\N"
        key = row.group_key.translate(_ESCAPES)
        flag = "t" if row.has_error else "f"
        return f"{self._batch_id}\t{row.row_no}\t{key}\t{payload}\t{sealed_text}\t{flag}\n"

    def _row_id(self, row_no: int) -> str:
        return f"{self._batch_id}:{row_no}"

    def chunk_after(self, cursor_key: str, *, limit: int) -> Chunk | None:
        """Returns the next whole groups after a key, about `limit` rows; None at the end."""
        found = self._select("group_key > %s", [cursor_key], limit)
        if not found:
            return None
        last_key = found[-1][0]
        if len(found) == limit:
            # The last group may go on; it comes next time, unless it is the only one.
            whole = [row for row in found if row[0] != last_key]
            found = whole or self._select("group_key = %s", [last_key], None)
            last_key = found[-1][0]
        return self._chunk(found, last_key)

    def chunks(self, *, limit: int) -> Iterator[Chunk]:
        """Yields all whole groups in the order of their keys."""
        cursor_key = ""
        while (chunk := self.chunk_after(cursor_key, limit=limit)) is not None:
            yield chunk
            cursor_key = chunk.last_key

    def _select(
        self, condition: str, params: list[Any], limit: int | None
    ) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT group_key, row_no, payload, sealed, has_error FROM {_TABLE} "  # noqa: S608
                f"WHERE batch_id = %s AND {condition} ORDER BY group_key, row_no LIMIT %s",
                [self._batch_id, *params, limit],
            )
            return list(cursor.fetchall())

    def _chunk(self, found: Sequence[tuple[Any, ...]], last_key: str) -> Chunk:
        good: dict[str, list[ReadRow]] = {}
        bad: dict[str, list[int]] = {}
        for group_key, row_no, payload, sealed, has_error in found:
            if has_error:
                bad.setdefault(group_key, []).append(row_no)
                continue
            values = self._restorer.restore(self._open(row_no, payload, sealed))
            good.setdefault(group_key, []).append(ReadRow(row_no, values))
        return Chunk(
            groups=tuple(Group(key, tuple(rows)) for key, rows in good.items()),
            bad={key: tuple(rows) for key, rows in bad.items()},
            last_key=last_key,
        )

    def _open(self, row_no: int, payload: Any, sealed: Any) -> dict[str, Any]:
        if sealed is None:
            stored: dict[str, Any] = payload if isinstance(payload, dict) else json.loads(payload)
            return stored
        plain = unseal_bytes(
            key=self._key,
            sealed=sealed,
            table=_TABLE,
            column="sealed",
            row_id=self._row_id(row_no),
        )
        opened: dict[str, Any] = json.loads(plain)
        return opened

    @transaction.atomic
    def mark_bad(self, row_numbers: Sequence[int], errors: Sequence[RowError]) -> None:
        """Notes problems found after staging: the rows will not be loaded."""
        StagedRow.objects.filter(batch_id=self._batch_id, row_no__in=row_numbers).update(
            has_error=True
        )
        RowError.objects.bulk_create(errors, batch_size=1000)

    def largest_group(self) -> tuple[str, int] | None:
        """Returns the key and size of the group with most rows, None where nothing is staged."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT group_key, count(*) FROM {_TABLE} "  # noqa: S608
                "WHERE batch_id = %s AND group_key <> '' "
                "GROUP BY group_key ORDER BY 2 DESC, 1 LIMIT 1",
                [self._batch_id],
            )
            row = cursor.fetchone()
        return (row[0], row[1]) if row else None

    def bad_count(self) -> int:
        """Returns how many rows have errors."""
        return StagedRow.objects.filter(batch_id=self._batch_id, has_error=True).count()

    def clear(self) -> None:
        """Throws the staged rows away: the file is loaded, refused, or read anew."""
        StagedRow.objects.filter(batch_id=self._batch_id)._raw_delete("default")

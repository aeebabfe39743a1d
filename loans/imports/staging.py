"""Staged rows: written through COPY, read back group by group, sealed while they wait."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from core.encryption import DataKey, seal_bytes, unseal_bytes
from loans.imports.kinds.kind import Group, Kind, ReadRow, Values
from loans.imports.models import ImportBatch, RowError, StagedRow
from loans.imports.row_reading import RowRestorer, to_json

_TABLE = StagedRow._meta.db_table
_COPY = f"COPY {_TABLE} (batch_id, row_no, group_key, payload, sealed, has_error) FROM STDIN"
_COLUMNS = "group_key, row_no, payload, sealed, has_error"
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

    @property
    def row_count(self) -> int:
        """How many good rows the groups have."""
        return sum(len(group.rows) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Part:
    """The groups behind one key up to another, that one included; without it, to the end."""

    after: str = ""
    through: str | None = None

    def condition(self) -> tuple[str, list[Any]]:
        """Returns the condition on the keys, and its values."""
        if self.through is None:
            return "group_key > %s", [self.after]
        return "group_key > %s AND group_key <= %s", [self.after, self.through]


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

    def parts(self, number: int) -> list[Part]:
        """Parts the keys into so many stretches of about as many rows; whole groups each."""
        if number == 1:
            return [Part()]
        rows = StagedRow.objects.filter(batch_id=self._batch_id).exclude(group_key="")
        keys = rows.order_by("group_key", "row_no").values_list("group_key", flat=True)
        every = rows.count() // number
        ends = [keys[at * every] for at in range(1, number)] if every else [""] * (number - 1)
        return [Part(*ends_of) for ends_of in zip(["", *ends], [*ends, None], strict=True)]

    def chunks(self, part: Part, *, limit: int) -> Iterator[Chunk]:
        """Yields the whole groups of a part in the order of their keys, about `limit` rows each."""
        while (last_key := self._end_of_chunk(part, limit)) is not None:
            condition, params = Part(part.after, last_key).condition()
            yield self._chunk(
                self._rows(
                    f"SELECT {_COLUMNS} FROM {_TABLE} "  # noqa: S608
                    f"WHERE batch_id = %s AND {condition} ORDER BY group_key, row_no",
                    params,
                )
            )
            part = replace(part, after=last_key)

    def take(self, part: Part, *, limit: int) -> Chunk | None:
        """Takes the next whole groups of a part out of staging; None where none are left.

        What is loaded and what is taken is committed together, so a run that was killed finds
        exactly the rows that are still to do, and two runs never get the same.
        """
        last_key = self._end_of_chunk(part, limit)
        if last_key is None:
            return None
        condition, params = Part(part.after, last_key).condition()
        found = self._rows(
            f"DELETE FROM {_TABLE} WHERE batch_id = %s AND {condition} "  # noqa: S608
            f"RETURNING {_COLUMNS}",
            params,
        )
        return self._chunk(sorted(found, key=itemgetter(0, 1)))

    def _end_of_chunk(self, part: Part, limit: int) -> str | None:
        """The last key of the next whole groups; a group that would go on comes next time."""
        condition, params = part.condition()
        keys = self._rows(
            f"SELECT group_key FROM {_TABLE} WHERE batch_id = %s AND {condition} "  # noqa: S608
            "ORDER BY group_key, row_no LIMIT %s",
            [*params, limit],
        )
        if not keys:
            return None
        last_key: str = keys[-1][0]
        if len(keys) < limit or keys[0][0] == last_key:
            return last_key
        return next(str(key) for (key,) in reversed(keys) if key != last_key)

    def _rows(self, sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, [self._batch_id, *params])
            return list(cursor.fetchall())

    def _chunk(self, found: Sequence[tuple[Any, ...]]) -> Chunk:
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

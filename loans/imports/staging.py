"""Staged rows: written through COPY, read back group by group, sealed while they wait."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from core.encryption import DataKey, seal_bytes, unseal_bytes
from core.facts.copying import NULL, copy_cell, copy_lines
from core.jobs.repeatable import commit_without_waiting
from loans.imports.kinds.kind import Group, Kind, ReadRow, Values
from loans.imports.models import ImportBatch, RowError, StagedRow
from loans.imports.parts import Part
from loans.imports.row_reading import RowRestorer, to_json

__all__ = ["Chunk", "NewRow", "Part", "Stage"]

_TABLE = StagedRow._meta.db_table
_COPIED = ("batch_id", "row_no", "group_key", "payload", "sealed", "has_error")
_COLUMNS = "group_key, row_no, payload, sealed, has_error"


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


class Stage:
    """The staged rows of one batch. Rows of kinds about people are sealed under the file's key."""

    def __init__(self, batch: ImportBatch, kind: Kind, key: DataKey) -> None:
        self._batch_id: UUID = batch.pk
        self._is_personal = kind.is_personal
        self._key = key
        self._restorer = RowRestorer(kind)

    @transaction.atomic
    def write(self, rows: Sequence[NewRow], errors: Sequence[RowError]) -> None:
        """Appends rows through COPY, with the errors found in them, in one transaction."""
        commit_without_waiting()  # loading begins with a commit that waits for all of them
        batch_id = str(self._batch_id)
        copy_lines(_TABLE, _COPIED, [self._line(batch_id, row) for row in rows])
        if errors:
            RowError.objects.bulk_create(errors, batch_size=1000)

    def _line(self, batch_id: str, row: NewRow) -> str:
        text = to_json(row.values)
        if self._is_personal:
            sealed = seal_bytes(
                key=self._key,
                plaintext=text.encode(),
                table=_TABLE,
                column="sealed",
                row_id=self._row_id(row.row_no),
            )
            payload, sealed_text = NULL, "\\\\x" + sealed.hex()
        else:
            # JSON escapes what would end a cell or a row by itself, and with a backslash.
            payload, sealed_text = text.replace("\\", "\\\\"), NULL
        key = copy_cell(row.group_key)
        flag = "t" if row.has_error else "f"
        return f"{batch_id}\t{row.row_no}\t{key}\t{payload}\t{sealed_text}\t{flag}"

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
        while (stretch := self.stretch(part, limit=limit)) is not None:
            condition, params = stretch.condition()
            yield self._selected(condition, params)
            part = replace(part, after=stretch.through or "")

    def chunks_of(self, groups: Sequence[tuple[str, int]], *, limit: int) -> Iterator[Chunk]:
        """Yields some groups, given with the numbers of their rows, about `limit` rows each."""
        keys: list[str] = []
        rows = 0
        for at, (key, count) in enumerate(groups, 1):
            keys.append(key)
            rows += count
            if rows >= limit or at == len(groups):
                yield self._selected("group_key = ANY(%s)", [keys])
                keys, rows = [], 0

    def _selected(self, condition: str, params: list[Any]) -> Chunk:
        return self._chunk(
            self._rows(
                f"SELECT {_COLUMNS} FROM {_TABLE} "  # noqa: S608
                f"WHERE batch_id = %s AND {condition} ORDER BY group_key, row_no",
                params,
            )
        )

    def take(self, part: Part, *, limit: int) -> Chunk | None:
        """Takes the next whole groups of a part out of staging; None where none are left.

        What is loaded and what is taken is committed together, so a run that was killed finds
        exactly the rows that are still to do, and two runs never get the same.
        """
        stretch = self.stretch(part, limit=limit)
        return None if stretch is None else self.take_all(stretch)

    def take_all(self, part: Part) -> Chunk:
        """Takes every row of a part out of staging, in the caller's transaction."""
        condition, params = part.condition()
        found = self._rows(
            f"DELETE FROM {_TABLE} WHERE batch_id = %s AND {condition} "  # noqa: S608
            f"RETURNING {_COLUMNS}",
            params,
        )
        return self._chunk(sorted(found, key=itemgetter(0, 1)))

    def stretch(self, part: Part, *, limit: int) -> Part | None:
        """Returns the next whole groups of a part, about `limit` rows; None where none are left.

        A group that would go on beyond the limit comes next time.
        """
        condition, params = part.condition()
        keys = self._rows(
            f"SELECT group_key FROM {_TABLE} WHERE batch_id = %s AND {condition} "  # noqa: S608
            "ORDER BY group_key, row_no LIMIT %s",
            [*params, limit],
        )
        if not keys:
            return None
        last_key: str = keys[-1][0]
        if len(keys) == limit and keys[0][0] != last_key:
            last_key = next(str(key) for (key,) in reversed(keys) if key != last_key)
        return Part(part.after, last_key)

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

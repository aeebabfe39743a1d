"""Reads a file into staging: every cell checked, every problem listed, totals kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any
from zlib import crc32

from core.jobs.failpoints import failpoint
from loans.imports.headers import Header
from loans.imports.kinds.kind import Context, Kind
from loans.imports.models import ImportBatch, RowError
from loans.imports.problems import ImportRefused, Problem
from loans.imports.readers import Row
from loans.imports.row_reading import CellProblem, RowReader
from loans.imports.staging import NewRow, Stage

_CHUNK_ROWS = 5_000
_KEY_LENGTH = 200


@dataclass(slots=True)
class Tally:
    """What was read: rows, and the control totals over all of them, good and bad."""

    rows: int = 0
    #: Rows of the file so far, those of other shares too.
    seen: int = 0
    totals: dict[str, Decimal] = field(default_factory=dict)
    latest: date | None = None

    def add(self, rows: Sequence[Mapping[str, Any]], kind: Kind) -> None:
        """Counts some rows."""
        self.rows += len(rows)
        zero = Decimal("0.00")
        for name in kind.money_columns:
            amounts = [amount for row in rows if (amount := row.get(name)) is not None]
            if amounts:
                self.totals[name] = self.totals.get(name, zero) + sum(amounts, zero)
        if kind.through_column:
            days = {on for row in rows if (on := row.get(kind.through_column)) is not None}
            self.latest = max(days | ({self.latest} if self.latest else set()), default=None)

    def __add__(self, other: Tally) -> Tally:
        """Returns what two shares of one file have read."""
        names = self.totals.keys() | other.totals.keys()
        zero = Decimal("0.00")
        return Tally(
            rows=self.rows + other.rows,
            seen=max(self.seen, other.seen),
            totals={n: self.totals.get(n, zero) + other.totals.get(n, zero) for n in names},
            latest=max((on for on in (self.latest, other.latest) if on), default=None),
        )


class FileCheck:
    """Reads the rows of one file into staging."""

    def __init__(
        self, *, batch: ImportBatch, kind: Kind, context: Context, header: Header, stage: Stage
    ) -> None:
        self._batch = batch
        self._kind = kind
        self._options = context.options
        self._reader = RowReader(kind, header, context.reading)
        self._stage = stage
        self._memory: dict[str, Any] = {}
        self._group_at = header.positions.get(kind.group_column)

    def read(self, rows: Iterator[Row], *, row_limit: int, share: int = 0, of: int = 1) -> Tally:
        """Stages a share of the rows behind the header, each chunk in a transaction of its own.

        Every share goes through the whole file; the rows of one group are all in the same.
        Raises `ImportRefused` for a file without rows or with more than `row_limit`.
        """
        tally = Tally()
        filled = (row for row in rows if any(row.cells))
        while part := list(islice(filled, _CHUNK_ROWS * of)):
            tally.seen += len(part)
            if tally.seen > row_limit:
                raise ImportRefused("too_many_rows", limit=row_limit)
            errors: list[RowError] = []
            mine = self._share(part, share, of) if of > 1 else part
            staged = [self._read_row(row, errors) for row in mine]
            tally.add([row.values for row in staged], self._kind)
            self._stage.write(staged, errors)
            failpoint("import.after_staging_chunk")
        if not tally.seen:
            raise ImportRefused("no_rows")
        return tally

    def _share(self, rows: list[Row], share: int, of: int) -> list[Row]:
        """By the text of the group's cell; a spreadsheet's whole number is that number."""
        at = self._group_at
        if at is None:
            return rows if share == 0 else []
        return [
            row
            for row in rows
            if crc32((row.cells[at] if at < len(row.cells) else "").removesuffix(".0").encode())
            % of
            == share
        ]

    def _read_row(self, row: Row, errors: list[RowError]) -> NewRow:
        outcome = self._reader.read(row.cells)
        values, problems = outcome.values, outcome.problems
        if not problems and self._kind.prepare is not None:
            problems.extend(
                self._reader.locate(row.cells, problem)
                for problem in self._kind.prepare(values, self._options, self._memory)
            )
        if problems:
            errors.extend(row_error(self._batch, row.number, found) for found in problems)
        is_bad = bool(problems)
        return NewRow(row.number, self._key_of(values, is_bad=is_bad), values, is_bad)

    def _key_of(self, values: dict[str, Any], *, is_bad: bool) -> str:
        try:
            return self._kind.group_of(values)[:_KEY_LENGTH]
        except (KeyError, TypeError, AttributeError):
            if is_bad:  # a row whose key could not be read stands alone
                return ""
            raise


def row_error(batch: ImportBatch, row_no: int, found: CellProblem) -> RowError:
    """Returns the stored form of a problem."""
    problem: Problem = found.problem
    return RowError(
        batch=batch,
        row_no=row_no,
        column=(found.title or problem.column)[:120],
        value=found.value[:120],
        code=problem.code,
        params={name: str(value) for name, value in problem.params.items()},
    )

"""Checks rows against each other and against the database, whole groups at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.jobs.processes import share_among
from loans.imports.checking import row_error
from loans.imports.kinds.kind import Context, Group, Kind, RowProblem
from loans.imports.models import ImportBatch
from loans.imports.problems import ImportRefused, Problem
from loans.imports.row_reading import CellProblem, masked
from loans.imports.staging import Chunk, Part, Stage


class GroupCheck:
    """The second pass over a staged file: what no single row can tell."""

    def __init__(
        self,
        *,
        batch: ImportBatch,
        kind: Kind,
        context: Context,
        stage: Stage,
        titles: Mapping[str, str],
    ) -> None:
        self._batch = batch
        self._kind = kind
        self._context = context
        self._stage = stage
        self._titles = titles

    def run(self, *, chunk_rows: int, processes: int = 1) -> None:
        """Marks every bad row in staging and lists why; processes share the groups.

        Raises `ImportRefused` where one contract has more rows than any contract could.
        """
        self._refuse_endless_groups()
        parts = self._stage.parts(processes)

        def work(share: int, of: int) -> None:
            part = parts[share] if of == len(parts) else Part()
            for chunk in self._to_look_at(part, chunk_rows):
                problems = list(self._problems_of(chunk))
                if problems:
                    self._store(chunk, problems)

        share_among(processes, work)

    def _to_look_at(self, part: Part, chunk_rows: int) -> Iterator[Chunk]:
        """The groups that the kind cannot call sound without a look."""
        if self._kind.doubtful is None:
            return self._stage.chunks(part, limit=chunk_rows)
        doubtful = self._kind.doubtful(self._context, part)
        return self._stage.chunks_of(doubtful, limit=chunk_rows)

    def _store(self, chunk: Chunk, problems: Sequence[RowProblem]) -> None:
        values = {row.number: row.values for group in chunk.groups for row in group.rows}
        errors = [
            row_error(self._batch, found.row_no, self._in_cell(values[found.row_no], found.problem))
            for found in problems
        ]
        self._stage.mark_bad(sorted({found.row_no for found in problems}), errors)

    def _in_cell(self, values: Mapping[str, Any], problem: Problem) -> CellProblem:
        value = values.get(problem.column) if problem.column else None
        shown = "" if value is None else masked(str(value), self._kind.column(problem.column))
        return CellProblem(self._titles.get(problem.column, ""), shown, problem)

    def _refuse_endless_groups(self) -> None:
        largest = self._stage.largest_group()
        if largest is not None and largest[1] > self._kind.max_rows_of_group:
            what = self._named(largest[0])
            raise ImportRefused("too_many_for_one", what=what, limit=self._kind.max_rows_of_group)

    def _named(self, key: str) -> str:
        return str(self._kind.group_label) % {"key": key[:40]}

    def _problems_of(self, chunk: Chunk) -> Iterator[RowProblem]:
        found = [problem for group in chunk.groups for problem in self._repeats(group)]
        repeated = {problem.row_no for problem in found}
        if self._kind.is_whole:
            left = [
                group
                for group in chunk.groups
                if group.key not in chunk.bad
                and not any(row.number in repeated for row in group.rows)
            ]
        else:
            left = [self._without(group, repeated) for group in chunk.groups]
        found.extend(self._kind.check(self._context, [group for group in left if group.rows]))
        yield from found
        if self._kind.is_whole:
            yield from self._fellows(chunk, {problem.row_no for problem in found})

    def _without(self, group: Group, row_numbers: set[int]) -> Group:
        if not row_numbers:
            return group
        return Group(group.key, tuple(row for row in group.rows if row.number not in row_numbers))

    def _fellows(self, chunk: Chunk, bad_rows: set[int]) -> Iterator[RowProblem]:
        """The rows that are good themselves but stand in one group with a bad one."""
        for group in chunk.groups:
            if group.key in chunk.bad or any(row.number in bad_rows for row in group.rows):
                for row in group.rows:
                    if row.number not in bad_rows:
                        yield RowProblem(row.number, Problem("", "group_bad"))

    def _repeats(self, group: Group) -> Iterator[RowProblem]:
        """Rows that say the same twice, or two things about one: the sentence names both rows."""
        if not self._kind.unique:
            return
        first_of: dict[tuple[Any, ...], int] = {}
        values = {row.number: row.values for row in group.rows}
        reported: set[int] = set()
        for row in group.rows:
            key = tuple(row.values[name] for name in self._kind.unique)
            first = first_of.setdefault(key, row.number)
            if first == row.number:
                continue
            differs = values[first] != row.values
            params = {"what": self._named(group.key), "first": first, "second": row.number}
            code = "duplicate_differs" if differs else "duplicate"
            yield RowProblem(row.number, Problem(self._kind.unique[-1], code, params))
            # Of two that differ neither can be believed; of two equal ones the first stays.
            if differs and first not in reported:
                reported.add(first)
                yield RowProblem(first, Problem(self._kind.unique[-1], code, params))

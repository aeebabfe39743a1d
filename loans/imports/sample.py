"""The first look into a file: its headers, a few values of each, and what we take them for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, cast

import openpyxl

from loans.imports.headers import HeaderMatcher
from loans.imports.kinds.kind import Kind
from loans.imports.readers import Row, current_limits, open_table
from loans.imports.row_reading import masked

_ROWS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class SampleColumn:
    """One column of the file: its header, our column for it (or ""), values as may be shown."""

    title: str
    column: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """What the beginning of a file says. `missing` are required columns nobody has."""

    reading: Mapping[str, str]
    sheets: tuple[str, ...]
    header_row: int
    columns: tuple[SampleColumn, ...]
    missing: tuple[str, ...]

    @property
    def titles(self) -> list[str]:
        """The headers as they stand in the file."""
        return [column.title for column in self.columns]


def look_into(
    *,
    kind: Kind,
    path: Path,
    file_name: str,
    mapped: Mapping[str, str] | None = None,
    encoding: str = "",
    sheet: str = "",
) -> Sample:
    """Reads the beginning of a file and matches its headers; nothing is stored.

    Arguments: mapped are the headers that were decided already; encoding and sheet are empty to
    find out. Values of personal columns are masked, and those of unknown ones, which may be
    personal too. Raises `ImportRefused` for a file that cannot be read at all.
    """
    limits = current_limits()
    matcher = HeaderMatcher(kind, mapped or {})
    table = open_table(
        path=path,
        name=file_name,
        limits=limits,
        recognise=matcher.recognise,
        encoding=encoding,
        sheet=sheet,
    )
    # Closed at once: the readers hold the file and a setting of the csv module while they run.
    with closing(cast(Any, table.rows)) as rows:
        first = list(islice(rows, limits.header_within_rows + _ROWS_SHOWN))
    header = _header_of(first[: limits.header_within_rows], matcher)
    columns = _columns(header, first, matcher, kind)
    found = {column.column for column in columns}
    return Sample(
        reading=table.reading,
        sheets=_sheets(path) if "sheet" in table.reading else (),
        header_row=header.number if header else 0,
        columns=columns,
        missing=tuple(c.name for c in kind.columns if c.required and c.name not in found),
    )


def _header_of(rows: Sequence[Row], matcher: HeaderMatcher) -> Row | None:
    """The row with most headers we know; where none is known, the first that says anything."""
    filled = [row for row in rows if any(row.cells)]
    if not filled:
        return None
    return max(filled, key=lambda row: (matcher.recognise(row.cells), -row.number))


def _columns(
    header: Row | None, rows: Sequence[Row], matcher: HeaderMatcher, kind: Kind
) -> tuple[SampleColumn, ...]:
    if header is None:
        return ()
    below = [row for row in rows if row.number > header.number and any(row.cells)][:_ROWS_SHOWN]
    found = []
    for position, title in enumerate(header.cells):
        if not title:
            continue
        name = matcher.column_of(title)
        values = [row.cells[position] for row in below if position < len(row.cells)]
        found.append(SampleColumn(title, name, tuple(_shown(v, name, kind) for v in values)))
    return tuple(found)


def _shown(value: str, name: str, kind: Kind) -> str:
    if name:
        return masked(value, kind.column(name))
    # Nobody has said yet what this is, so it is treated as if it named somebody.
    return value[:1] + "*" * min(len(value) - 1, 8) if value else ""


def _sheets(path: Path) -> tuple[str, ...]:
    """The visible sheets of a workbook that was measured and opened before."""
    book = openpyxl.load_workbook(path, read_only=True, keep_links=False)
    try:
        return tuple(sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible")
    finally:
        book.close()

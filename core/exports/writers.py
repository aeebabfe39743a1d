"""Writing tables as CSV and XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import IO, Any, Final, Literal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from core.exports.cells import Value, clean_text, csv_cell, local_moment

Row = Sequence[Value]
_MOST_ROWS: Final = 1_048_576 - 1  # a sheet's limit, less the heading
_LONGEST_CELL: Final = 32_767  # characters, as the format allows
_BOM: Final = "\ufeff"


class TooManyRows(ValueError):
    """The table does not fit a sheet; export CSV, or fewer rows."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, and whether its values are ids (always text) or plain values."""

    heading: str
    kind: Literal["value", "id", "money"] = "value"


def write_csv(
    *, rows: Iterable[Row], columns: Sequence[Column], out: IO[bytes], zone: tzinfo = UTC
) -> int:
    """Writes a table as CSV (RFC 4180, UTF-8 with BOM, which Excel needs); returns its rows.

    Arguments: rows as sequences in the order of the columns; out opened for bytes; zone in
    which moments are shown. Text that could start a formula gets an apostrophe before it.
    Numbers stay numbers. Raises ValueError for a row of another width.
    """
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    try:
        text.write(_BOM)
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow([csv_cell(c.heading, kind="value", zone=zone) for c in columns])
        count = 0
        for row in rows:
            cells = zip(row, columns, strict=True)
            writer.writerow([csv_cell(value, kind=c.kind, zone=zone) for value, c in cells])
            count += 1
    finally:
        text.flush()
        text.detach()  # the caller's stream stays open
    return count


def write_xlsx(
    *,
    rows: Iterable[Row],
    columns: Sequence[Column],
    out: IO[bytes],
    title: str = "Export",
    zone: tzinfo = UTC,
) -> int:
    """Writes a table as a workbook of one sheet; returns its rows.

    Arguments as for `write_csv`; title of the sheet. Text is stored as text, so nothing in it
    runs, and numbers and dates as such. Raises `TooManyRows` and ValueError.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    try:
        count = _append_rows(sheet, rows, columns, zone)
    except BaseException:
        # Saving is the library's only way to remove the temporary file it collects rows in.
        book.save(io.BytesIO())
        raise
    book.save(out)
    return count


def _append_rows(sheet: Any, rows: Iterable[Row], columns: Sequence[Column], zone: tzinfo) -> int:
    sheet.append([_cell(sheet, column.heading, "value", zone) for column in columns])
    count = 0
    for row in rows:
        if count == _MOST_ROWS:
            raise TooManyRows(f"A sheet holds {_MOST_ROWS:,} rows; export CSV, or fewer rows.")
        cells = zip(row, columns, strict=True)
        sheet.append([_cell(sheet, value, column.kind, zone) for value, column in cells])
        count += 1
    return count


def _cell(sheet: Any, value: Value, kind: str, zone: tzinfo) -> Any:
    if isinstance(value, float):
        raise TypeError(f"A float ({value!r}) cannot be exported; give a Decimal.")
    if isinstance(value, datetime):
        value = local_moment(value, zone)
    if value is None or (isinstance(value, int | Decimal | date) and kind != "id"):
        cell = WriteOnlyCell(sheet, value=value)  # type: ignore[arg-type]
        if kind == "money":
            cell.number_format = "#,##0.00"
        return cell
    cell = WriteOnlyCell(sheet, value=clean_text(str(value))[:_LONGEST_CELL])
    cell.data_type = "s"  # text beginning with "=" would otherwise be a formula
    cell.number_format = "@"  # and stays text when somebody edits the cell
    return cell

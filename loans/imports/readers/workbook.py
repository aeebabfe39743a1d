"""Workbooks (.xlsx): measured before they are opened, read without evaluating anything."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.utils.exceptions import InvalidFileException

from loans.imports.problems import ImportRefused
from loans.imports.readers.limits import Limits
from loans.imports.readers.rows import Row, Rows

_MEGABYTE = 1024 * 1024
#: A number of more digits was rounded when it was typed: spreadsheets keep fifteen.
_EXACT_BELOW = 10**15
_DAMAGED = (KeyError, ValueError, TypeError, InvalidFileException, zipfile.BadZipFile, ParseError)


def read(path: Path, limits: Limits, sheet: str) -> tuple[Rows, dict[str, str]]:
    """Returns the rows of one sheet (the first visible one unless named) and how it was read.

    Raises `ImportRefused` for macros, a zip bomb, a damaged or hostile workbook, no such sheet.
    """
    _measure(path, limits)
    try:
        book = openpyxl.load_workbook(
            path, read_only=True, data_only=False, keep_links=False, keep_vba=False
        )
    except _DAMAGED as error:
        raise _refusal(error, type(error).__name__) from None
    names = [found.title for found in book.worksheets if found.sheet_state == "visible"]
    if not names or (sheet and sheet not in names):
        book.close()
        raise ImportRefused("no_sheet", name=sheet or "1", sheets=", ".join(names))
    chosen = sheet or names[0]
    return _rows(book, chosen, limits), {"sheet": chosen}


def _measure(path: Path, limits: Limits) -> None:
    """Adds up what the archive says it unpacks to; unpacking stops at what was said here."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile:
        raise ImportRefused("not_a_workbook", why="BadZipFile") from None
    if len(entries) > limits.workbook_entries:
        raise ImportRefused("zip_bomb", why=f"{len(entries)} parts")
    names = {entry.filename for entry in entries}
    if any(name.endswith("vbaProject.bin") for name in names):
        raise ImportRefused("macros")
    if "[Content_Types].xml" not in names:
        raise ImportRefused("not_a_workbook", why="no [Content_Types].xml")
    total = sum(entry.file_size for entry in entries)
    if total > limits.workbook_megabytes * _MEGABYTE:
        raise ImportRefused("zip_bomb", why=f"{total // _MEGABYTE} MB")
    for entry in entries:
        ratio = entry.file_size // max(entry.compress_size, 1)
        if entry.file_size > _MEGABYTE and ratio > limits.workbook_ratio:
            raise ImportRefused("zip_bomb", why=f"1 : {ratio}")
        is_text = entry.filename.endswith("sharedStrings.xml")
        if is_text and entry.file_size > limits.shared_text_megabytes * _MEGABYTE:
            raise ImportRefused("zip_bomb", why=f"{entry.file_size // _MEGABYTE} MB of text")


def _rows(book: openpyxl.Workbook, sheet: str, limits: Limits) -> Iterator[Row]:
    worksheet: Any = book[sheet]
    # The stated extent of a sheet is often wrong; the rows themselves say where they are.
    worksheet.reset_dimensions()
    number = 0
    try:
        for number, cells in enumerate(worksheet.iter_rows(), start=1):
            values = _trimmed([as_text(cell.value, cell.data_type) for cell in cells])
            if len(values) > limits.columns:
                raise ImportRefused(
                    "too_many_columns", row=number, count=len(values), limit=limits.columns
                )
            if number > limits.rows + limits.header_within_rows:
                raise ImportRefused("too_many_rows", limit=limits.rows)
            yield Row(number, values)
    except _DAMAGED as error:
        raise _refusal(error, f"{type(error).__name__}, row {number + 1}") from None
    finally:
        book.close()


def _refusal(error: BaseException, why: str) -> ImportRefused:
    """Tells a hostile workbook from a damaged one; the library wraps the one in the other."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, DefusedXmlException):
            return ImportRefused("zip_bomb", why="XML entities")
        cause = cause.__cause__ or cause.__context__
    return ImportRefused("not_a_workbook", why=why)


def _trimmed(values: list[str]) -> list[str]:
    # Formatted but empty cells at the end of a row are no columns.
    while values and not values[-1]:
        values.pop()
    return values


def as_text(value: Any, data_type: str) -> str:
    """Returns a cell as the text a person would have typed; formulas keep their "="."""
    if value is None:
        return ""
    if data_type == "f":
        return value if isinstance(value, str) and value.startswith("=") else f"={value}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).strip()


def _number(value: int | float) -> str:
    # Above fifteen digits the cell has lost the others, whatever it looks like.
    if abs(value) >= _EXACT_BELOW:
        return f"{value:.5E}"
    return str(int(value)) if value == int(value) else repr(value)

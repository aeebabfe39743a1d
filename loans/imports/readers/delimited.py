"""Text files: delimiter found out, cells with line breaks, and the row numbers of a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from core.exports.cells import safe_id
from loans.imports.problems import ImportRefused
from loans.imports.readers.encodings import find_encoding
from loans.imports.readers.limits import Limits
from loans.imports.readers.rows import Recognise, Row, Rows

DELIMITERS = (",", ";", "\t", "|")
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SAMPLE_CHARACTERS = 200_000


def read(
    path: Path, limits: Limits, recognise: Recognise, hint: str
) -> tuple[Rows, dict[str, str]]:
    """Returns the rows of a text file and how it was read.

    Row numbers count records, empty ones and the header included: a cell with line breaks is
    one row, as in a spreadsheet. Raises `ImportRefused` naming the row that cannot be read.
    """
    encoding = find_encoding(path, hint)
    delimiter = _find_delimiter(path, encoding, limits, recognise)
    reading = {"encoding": encoding, "delimiter": _NAMES[delimiter]}
    return _rows(path, encoding, delimiter, limits), reading


def _find_delimiter(path: Path, encoding: str, limits: Limits, recognise: Recognise) -> str:
    """The delimiter under which most headers are known; of equals the one with most columns."""
    with path.open(encoding=encoding, newline="") as file:
        sample = file.read(_SAMPLE_CHARACTERS)

    def score(delimiter: str) -> tuple[int, int]:
        try:
            first = list(
                islice(
                    csv.reader(io.StringIO(sample), delimiter=delimiter), limits.header_within_rows
                )
            )
        except csv.Error:
            return (0, 0)
        if not first:
            return (0, 0)
        return max(
            (recognise(cells) if len(cells) <= limits.columns else 0, len(cells)) for cells in first
        )

    return max(DELIMITERS, key=score)


def _plain(cell: str) -> str:
    """Takes off the apostrophe that our own exports put before long numbers (core.exports)."""
    if cell.startswith("'") and cell[1:].isdigit() and safe_id(cell[1:]) == cell:
        return cell[1:]
    return cell


def _rows(path: Path, encoding: str, delimiter: str, limits: Limits) -> Iterator[Row]:
    previous = csv.field_size_limit(limits.cell_characters)
    number = 0
    try:
        with path.open(encoding=encoding, newline="") as file:
            for cells in csv.reader(file, delimiter=delimiter, strict=True):
                number += 1
                if len(cells) > limits.columns:
                    raise ImportRefused(
                        "too_many_columns", row=number, count=len(cells), limit=limits.columns
                    )
                if number > limits.rows + limits.header_within_rows:
                    raise ImportRefused("too_many_rows", limit=limits.rows)
                cells = [cell.strip() for cell in cells]
                if "'" in "".join(cells):
                    cells = [_plain(cell) for cell in cells]
                yield Row(number, cells)
    except csv.Error as error:
        raise ImportRefused("broken_csv", row=number + 1, why=str(error)) from None
    except UnicodeDecodeError:
        raise ImportRefused("bad_encoding", row=number + 1) from None
    finally:
        csv.field_size_limit(previous)

"""From the cells of a row to its values, with every problem found on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any, Final

from core.encryption import find_card_numbers
from loans.imports.cells import RESTORERS
from loans.imports.columns import BadCell, Column, Reading
from loans.imports.headers import Header
from loans.imports.kinds.kind import Kind, Values
from loans.imports.problems import Problem

#: What a file writes where it has nothing to say.
EMPTY = frozenset({"", "-", "--", "NA", "N/A", "#N/A", "NULL", "null", "None", "无"})
_CELL_ERROR = re.compile(r"^#(?:REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)$")
_FORMULA = re.compile(r"^=|^@\w+\(|^[+\-@].*\|")
#: Begins like none of the former and holds nothing unprintable: nearly every cell of every file.
_PLAIN = re.compile(r"[0-9A-Za-z][0-9A-Za-z ._,:/()-]*\Z")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]")
_SHOWN = 60
_HIDDEN = frozenset({"card_number"})
_UNSEEN: Final = object()
#: How many different cells of a column are remembered with their values.
_REMEMBERED: Final = 4_096


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A problem with the header it is under and the value as it may be shown."""

    title: str
    value: str
    problem: Problem


@dataclass(slots=True)
class ReadCells:
    """The outcome of reading one row."""

    values: Values = field(default_factory=dict)
    problems: list[CellProblem] = field(default_factory=list)


def _refuse_unsafe(cell: str) -> None:
    """Raises BadCell for what is an error of a spreadsheet, a formula, or cannot be printed."""
    if _CELL_ERROR.match(cell):
        raise BadCell("cell_error")
    if _FORMULA.match(cell):
        raise BadCell("formula")
    if _CONTROL.search(cell):
        raise BadCell("control_character")


class RowReader:
    """Reads the rows of one file by its header."""

    def __init__(self, kind: Kind, header: Header, reading: Reading) -> None:
        self._header = header
        self._reading = reading
        self._columns = [
            (column, header.positions[column.name])
            for column in kind.columns
            if column.name in header.positions
        ]
        # The cells of a column come again and again, and the same cell reads the same.
        self._seen: list[tuple[str, Column, int, dict[str, Any]]] = [
            (column.name, column, position, {}) for column, position in self._columns
        ]
        self._absent: Values = {
            column.name: None for column in kind.columns if column.name not in header.positions
        }

    def read(self, cells: list[str]) -> ReadCells:
        """Reads one row; the row is good where no problem was found."""
        values = self._absent.copy()
        problems: list[CellProblem] = []
        width = len(cells)
        if width > self._header.width and any(cells[self._header.width :]):
            problems.append(CellProblem("", "", Problem("", "too_many_cells")))
        for name, column, position, seen in self._seen:
            cell = cells[position] if position < width else ""
            value = seen.get(cell, _UNSEEN)
            if value is _UNSEEN:
                try:
                    value = self._value(cell, column)
                except BadCell as bad:
                    value = None
                    problems.append(self._problem(column, cell, bad))
                else:
                    if len(seen) == _REMEMBERED:
                        seen.clear()
                    seen[cell] = value
            values[name] = value
        return ReadCells(values, problems)

    def _value(self, cell: str, column: Column) -> Any:
        if cell in EMPTY:
            if column.required:
                raise BadCell("missing")
            return None
        if not _PLAIN.match(cell):
            _refuse_unsafe(cell)
        if column.refuses_cards and len(cell) >= 13 and find_card_numbers(cell):
            raise BadCell("card_number")
        value = column.parse(cell, column, self._reading)
        if column.check is not None:
            column.check(value, self._reading)
        return value

    def locate(self, cells: list[str], problem: Problem) -> CellProblem:
        """Returns a problem of a whole row with the cell it is about, where there is one."""
        position = self._header.positions.get(problem.column)
        if position is None or position >= len(cells):
            return CellProblem(self._header.titles.get(problem.column, ""), "", problem)
        column = next(column for column, _at in self._columns if column.name == problem.column)
        shown = masked(cells[position], column)
        return CellProblem(self._header.titles[problem.column], shown, problem)

    def _problem(self, column: Column, cell: str, bad: BadCell) -> CellProblem:
        title = self._header.titles[column.name]
        # What a spreadsheet has rounded names nobody, and the person must see what became of it.
        is_rounded = bad.code == "lost_digits"
        shown = cell[:_SHOWN] if is_rounded else masked(cell, column, hide=bad.code in _HIDDEN)
        return CellProblem(title, shown, Problem(column.name, bad.code, bad.params))


def masked(cell: str, column: Column, *, hide: bool = False) -> str:
    """Returns a value as an error list may show it: masked where personal, cards not at all."""
    if not cell:
        return ""
    if hide:
        return "****"
    shown = column.mask(cell) if column.mask else cell
    # Unprintable characters would garble the list that is to explain them.
    return _CONTROL.sub("·", shown)[:_SHOWN]


def to_json(values: Mapping[str, Any]) -> str:
    """Returns the values of a row as JSON, empty ones left out."""
    cells = [
        f'"{name}":{_JSON_OF.get(type(value), _other)(value)}'
        for name, value in values.items()
        if value is not None
    ]
    return "{" + ",".join(cells) + "}"


def _other(value: Any) -> str:
    return str(int(value)) if isinstance(value, int) else encode_basestring(str(value))


_JSON_OF: Final[dict[type, Callable[[Any], str]]] = {
    str: encode_basestring,
    int: str,
    bool: lambda value: "true" if value else "false",
    Decimal: lambda value: f'"{value}"',
    date: lambda value: f'"{value.isoformat()}"',
}


class RowRestorer:
    """Brings back the values that `to_json` stored, in their own types again."""

    def __init__(self, kind: Kind) -> None:
        self._names = tuple(column.name for column in kind.columns)
        self._restored = tuple(
            (column.name, RESTORERS[column.parse])
            for column in kind.columns
            if column.parse in RESTORERS
        )

    def restore(self, stored: Mapping[str, Any]) -> Values:
        """Returns the values of one row; an empty cell is None."""
        values: Values = {name: stored.get(name) for name in self._names}
        for name, restored in self._restored:
            if (value := values[name]) is not None:
                values[name] = restored(value)
        return values

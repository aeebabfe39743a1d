"""What every reader gives: rows of text with their numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple


class Row(NamedTuple):
    """One row: its number as a spreadsheet shows it (header and empty rows counted), its cells."""

    number: int
    cells: list[str]


Rows = Iterator[Row]
#: Says how many of some cells are headers we know; finds the delimiter and the header row.
Recognise = Callable[[list[str]], int]

"""Which header means which column: exact names, synonyms in any language, or the mapping."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from loans.imports.kinds.kind import Kind
from loans.imports.problems import ImportRefused
from loans.imports.readers.rows import Row

_PUNCTUATION = re.compile(r"[\s_\-./:：()（）*#]+")


@dataclass(frozen=True, slots=True)
class Header:
    """The header row of a file: where it stands and which column each of our names is in."""

    row_no: int
    width: int
    positions: Mapping[str, int]
    titles: Mapping[str, str]
    ignored: tuple[str, ...]


def normalise(header: str) -> str:
    """Returns a header without case, width, spaces and punctuation: 合同号（*） is 合同号."""
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", header).casefold())


class HeaderMatcher:
    """Matches headers of one kind: by the mapping of the lender, then by the names we know."""

    def __init__(self, kind: Kind, mapped: Mapping[str, str]) -> None:
        self.kind = kind
        known = {column.name for column in kind.columns}
        unknown = sorted({name for name in mapped.values() if name and name not in known})
        if unknown:
            raise ImportRefused("unknown_columns", columns=", ".join(unknown))
        self._mapped = {normalise(header): name for header, name in mapped.items()}
        self._known: dict[str, str] = {}
        for column in kind.columns:
            for word in (column.name, *column.synonyms):
                self._known.setdefault(normalise(word), column.name)

    def column_of(self, header: str) -> str:
        """Returns our name of a header, empty where it is ignored or not known."""
        plain = normalise(header)
        if plain in self._mapped:
            return self._mapped[plain]
        name = self._known.get(plain, "")
        # A column that the mapping gives to another header is not taken from this one.
        return "" if name in self._mapped.values() else name

    def recognise(self, cells: list[str]) -> int:
        """Returns how many different columns some cells name."""
        return len({name for cell in cells if (name := self.column_of(cell))})

    def find(self, rows: Iterator[Row], *, within: int) -> Header:
        """Reads rows up to the header: of the first few the one with most known columns.

        A title above the header is passed over. Leaves `rows` just behind the header only if
        that is the first row that names every required column; that row wins.
        Raises `ImportRefused` naming what is missing.
        """
        required = [column.name for column in self.kind.columns if column.required]
        best: list[str] = []
        for row in rows:
            names = [self.column_of(cell) for cell in row.cells]
            if all(name in names for name in required) and any(names):
                return self._header(row, names)
            if len(set(filter(None, names))) > len(set(filter(None, best))):
                best = names
            if row.number >= within:
                break
        missing = ", ".join(name for name in required if name not in best)
        if not any(best):
            raise ImportRefused("no_header", rows=within, missing=missing)
        raise ImportRefused("missing_columns", missing=missing)

    def _header(self, row: Row, names: list[str]) -> Header:
        positions: dict[str, int] = {}
        for position, name in enumerate(names):
            if not name:
                continue
            if name in positions:
                both = f"{row.cells[positions[name]]}, {row.cells[position]}"
                raise ImportRefused("duplicate_headers", column=name, headers=both)
            positions[name] = position
        return Header(
            row_no=row.number,
            width=len(row.cells),
            positions=positions,
            titles={name: row.cells[position] for name, position in positions.items()},
            ignored=tuple(
                cell for cell, name in zip(row.cells, names, strict=True) if cell and not name
            ),
        )

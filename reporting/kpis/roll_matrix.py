"""The tracked roll matrix and what is read off it: roll, cure, flow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from reporting.kpis.shares import share

By = Literal["count", "balance"]
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Cell:
    """Loans that stood in one place on the earlier day and in another on the later one.

    `balance` is their outstanding principal on the earlier day.
    """

    from_place: str
    to_place: str
    count: int
    balance: Decimal


@dataclass(frozen=True, slots=True)
class RollMatrix:
    """Buckets in order, and the cells by (from, to). Rows sum to 1, exits included."""

    buckets: Sequence[str]
    exits: Sequence[str]
    cells: Mapping[tuple[str, str], Cell] = field(default_factory=dict)

    def cell(self, from_place: str, to_place: str) -> Cell:
        return self.cells.get((from_place, to_place), Cell(from_place, to_place, 0, ZERO))

    def row_total(self, from_place: str, *, by: By) -> Decimal:
        """Returns what stood in a bucket on the earlier day: a count, or its balance."""
        return sum(
            (_size(cell, by) for cell in self.cells.values() if cell.from_place == from_place),
            ZERO,
        )

    def rate(self, from_place: str, to_place: str, *, by: By) -> Decimal | None:
        """Returns the tracked roll rate i to j.

        Sum of balance at T-1 of accounts that were in i at T-1 and in j at T / sum of balance at
        T-1 in i; by count, the same of accounts. Source: glossary, roll rate.
        """
        part = _size(self.cell(from_place, to_place), by)
        return share(part=part, whole=self.row_total(from_place, by=by))

    def cure_rate(self, *, by: By) -> Decimal | None:
        """Returns accounts past due at T-1 that are current at T / accounts past due at T-1.

        A cohort over one period, never closed cases / all cases ever. Source: glossary, cure rate.
        """
        late = self.buckets[1:]
        part = sum((_size(self.cell(i, self.buckets[0]), by) for i in late), ZERO)
        return share(part=part, whole=sum((self.row_total(i, by=by) for i in late), ZERO))

    def forward_rate(self, *, by: By) -> Decimal | None:
        """Returns the share of what was past due at T-1 that stood in a worse place at T.

        Worse: a later bucket, or written off. Source: glossary, forward roll (迁徙率).
        """
        late = self.buckets[1:]
        part = ZERO
        for at, bucket in enumerate(self.buckets):
            if at:
                for worse in (*self.buckets[at + 1 :], *self.exits[1:]):
                    part += _size(self.cell(bucket, worse), by)
        return share(part=part, whole=sum((self.row_total(i, by=by) for i in late), ZERO))


def build_matrix(
    *, cells: Iterable[Cell], buckets: Sequence[str], exits: Sequence[str]
) -> RollMatrix:
    """Returns the matrix of these cells. Arguments: buckets from current to worst; exits as
    (paid off, written off). Raises ValueError for a cell outside of them: it would not be counted.
    """
    known = {*buckets, *exits}
    by_places: dict[tuple[str, str], Cell] = {}
    for cell in cells:
        if cell.from_place not in buckets or cell.to_place not in known:
            raise ValueError(f"{cell.from_place} to {cell.to_place} is outside of the matrix.")
        key = (cell.from_place, cell.to_place)
        before = by_places.get(key, Cell(*key, 0, ZERO))
        by_places[key] = Cell(*key, before.count + cell.count, before.balance + cell.balance)
    return RollMatrix(buckets=buckets, exits=exits, cells=by_places)


def _size(cell: Cell, by: By) -> Decimal:
    return Decimal(cell.count) if by == "count" else cell.balance

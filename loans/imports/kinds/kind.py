"""What a kind of file is: its columns as data, and three functions that know its subject.

Apps above bring their own kinds (settings.IMPORT_KINDS): a kind is a value, not a class to derive
from, and everything the import does with it goes through the fields here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.audit import Actor
from loans.contracts.fact_writing import VALUE_DATE_MAY_LEAD_BY
from loans.imports.columns import Column, Reading
from loans.imports.models import ImportBatch
from loans.imports.parts import Part
from loans.imports.problems import Problem
from loans.portfolios.models import Portfolio

CONTRACT_LABEL = _("Contract %(key)s")

#: The values of one row by our column names; an empty cell is None.
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One good row: its number in the file and its values."""

    number: int
    values: Values


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of a file that are checked and written together: one contract, one customer."""

    key: str
    rows: tuple[ReadRow, ...]

    @property
    def first(self) -> ReadRow:
        """The first of the rows; a group has at least one."""
        return self.rows[0]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A problem and the row it is in."""

    row_no: int
    problem: Problem


@dataclass(frozen=True, slots=True)
class Counts:
    """What a load did with its rows."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0

    @property
    def total(self) -> int:
        """All rows counted."""
        return self.created + self.updated + self.unchanged

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
        )


@dataclass(frozen=True, slots=True)
class Option:
    """A choice about a whole file that no column makes; given by the mapping or the command."""

    name: str
    parse: Callable[[str], Any]
    default: Any
    help: str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the functions of a kind may know: whose file, how far it reaches, on whose behalf."""

    portfolio: Portfolio
    batch: ImportBatch
    by: Actor
    reading: Reading
    options: Mapping[str, Any]
    through_on: date | None = None
    #: Loans never replayed are left to `replay_new_loans`, behind the last file of a folder.
    new_loans_wait: bool = False
    #: Processes load customers of their own beside each other; see `loading.holding_customers`.
    are_customers_parted: bool = False
    #: What a check or load has looked up and may use again, e.g. the products of the portfolio.
    memory: dict[str, Any] = field(default_factory=dict)

    @property
    def latest_value_on(self) -> date:
        """The latest day a fact may count from: a few days ahead of the books, no more."""
        return self.portfolio.business_date + VALUE_DATE_MAY_LEAD_BY


GroupOf = Callable[[Values], str]
Prepare = Callable[[Values, Mapping[str, Any], dict[str, Any]], Iterable[Problem]]
Check = Callable[[Context, Sequence[Group]], Iterable[RowProblem]]
Load = Callable[[Context, Sequence[Group]], Counts]
Doubtful = Callable[[Context, Part], Sequence[tuple[str, int]]]
LoadPart = Callable[[Context, Part], Counts]


def _nothing_to_check(context: Context, groups: Sequence[Group]) -> Iterable[RowProblem]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of file.

    order: which kinds must be loaded before, lower first; group_of: the key of what is loaded
    in one transaction; group_column: the column it is read from; unique: columns that may not
    repeat within a group, compared with the whole row; check: what the database and the rows of
    a group say about each other; load: writes through the bulk services, inside the caller's
    transaction, and must change nothing when the same rows come again; prepare: completes a row
    as it is read, with the options and a memory of the file; is_whole: one bad row spoils its
    group (half a schedule is none); feeds: the watermarks it moves; through_column: its latest
    date is how far the file reaches; refuses_older: a file that reaches less far than what is
    known is refused, because loading it would replace newer values; doubtful: the groups of a
    staged part, with the numbers of their rows, that may have something for the check to find, in
    one statement, every other group being sound; load_part: writes, and takes out of staging, the
    rows of a part that need no look at all, and leaves the others to `load`.
    """

    code: str
    label: str | Promise
    columns: tuple[Column, ...]
    group_of: GroupOf
    load: Load
    group_column: str = "contract_no"
    check: Check = _nothing_to_check
    unique: tuple[str, ...] = ()
    group_label: str | Promise = CONTRACT_LABEL
    order: int = 50
    feeds: tuple[str, ...] = ()
    through_column: str = ""
    refuses_older: bool = False
    options: tuple[Option, ...] = ()
    max_rows_of_group: int = 2_000
    is_whole: bool = False
    prepare: Prepare | None = None
    doubtful: Doubtful | None = None
    load_part: LoadPart | None = None

    @property
    def is_personal(self) -> bool:
        """Whether its rows are sealed while they wait."""
        return any(column.is_personal for column in self.columns)

    @property
    def money_columns(self) -> tuple[str, ...]:
        """The columns whose sums are the control totals."""
        return tuple(column.name for column in self.columns if column.is_money)

    def column(self, name: str) -> Column:
        """Returns a column by its name."""
        return next(column for column in self.columns if column.name == name)


def total_of(values: Iterable[Decimal | None]) -> Decimal:
    """Adds up amounts; an empty one counts as nothing."""
    return sum((value for value in values if value is not None), Decimal("0.00"))

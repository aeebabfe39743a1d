"""What stands in one cell of a list: for the page and, as a plain value, for a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from core.exports.cells import Value
from loans.borrowers.models import Party
from loans.borrowers.presentation import lang_of, shown_name
from loans.contracts.models import Loan

#: A longer text may break where it is shown.
LONGEST_UNBROKEN: Final = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a cell, with what stands small beside it."""

    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell. `mark` is the state of a status; `at` and `on` show an instant or a day."""

    text: str = ""
    href: str = ""
    lang: str = ""
    mark: str = ""
    note: str = ""
    is_masked: bool = False
    at: dt.datetime | None = None
    on: dt.date | None = None
    lines: tuple[Line, ...] = ()

    @property
    def is_short(self) -> bool:
        """Whether it stays on one line: an instant, a day, one number that leads somewhere."""
        return bool(self.at or self.on or (self.href and len(self.text) < LONGEST_UNBROKEN))

    @property
    def note_lang(self) -> str:
        """The language of the note: reasons that people type may be Chinese on an English page."""
        return lang_of(self.note)

    @property
    def value(self) -> Value:
        """The cell in a file."""
        if self.lines:
            return "; ".join(f"{x.text} ({x.note})" if x.note else x.text for x in self.lines)
        return self.at or self.on or self.text or None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: its heading, and the cell it makes of a row."""

    heading: str
    cell: Callable[[Any], Cell]
    kind: Literal["value", "id"] = "value"


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of a page: headings stand beside cells for phones, where rows are cards."""

    cells: tuple[tuple[str, Cell], ...]


def row_of(columns: list[Column], row: Any) -> ListRow:
    """Returns the row of a page."""
    return ListRow(tuple((column.heading, column.cell(row)) for column in columns))


def person(party: Party | None) -> Cell:
    """Returns the masked name of a person, which leads to what is on record about them.

    A dash for a row about nobody in particular.
    """
    if party is None:
        return Cell()
    return Cell(
        shown_name(party),
        href=reverse("registers:person", args=[party.pk]),
        lang=lang_of(party.full_name),
        is_masked=True,
    )


def name(text: str) -> Cell:
    """Returns a name or text that may be Chinese inside an English page."""
    return Cell(text, lang=lang_of(text))


def contracts(loans: Iterable[Loan]) -> Cell:
    """Returns the contracts of a row; the first leads to its loan."""
    found = list(loans)
    if not found:
        return Cell()
    return Cell(
        ", ".join(loan.contract_no for loan in found),
        href=reverse("contracts:loan", args=[found[0].pk]),
    )


def lasted(since: dt.datetime, until: dt.datetime) -> str:
    """Returns how long something has lasted, in its largest unit."""
    if until - since < dt.timedelta(minutes=1):
        return _("less than a minute")
    return timesince(since, until, depth=1)


def verdict_href(pk: UUID) -> str:
    """Returns the page of a verdict."""
    return reverse("oversight:verdict", args=[pk])

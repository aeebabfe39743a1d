"""Columns as data: what a file may hold, and how the text of a cell becomes a value.

A cell type turns text into a value or raises `BadCell` with the code of a sentence
(loans/imports/problems.py). It never guesses: what can be read two ways is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise

Value = str | Decimal | date | int | bool | None


class BadCell(Exception):
    """The cell cannot be read. `code` names the sentence, `params` fill it in."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        self.params = params
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Reading:
    """How the cells of one file are to be read: what the mapping and the portfolio say."""

    currency_digits: int = 2
    country: str = "CN"
    date_order: str = "ymd"
    has_decimal_comma: bool = False


Parse = Callable[[str, "Column", Reading], Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a kind.

    name: ours, also the header that is always understood; synonyms: further headers, in any
    language; parse: the cell type; check: refuses a read value by raising `BadCell`; mask: set
    where the value is personal, shows what may be shown; refuses_cards: off only for numbers
    that may look like a card's by chance; choices: the stored value of each accepted word.
    """

    name: str
    label: str | Promise
    parse: Parse
    required: bool = False
    synonyms: tuple[str, ...] = ()
    check: Callable[[Any, Reading], None] | None = None
    mask: Callable[[str], str] | None = None
    refuses_cards: bool = True
    is_money: bool = False
    limit: int = 200
    choices: Mapping[str, str] = field(default_factory=dict)
    help: str | Promise = ""
    example: str = ""

    @property
    def is_personal(self) -> bool:
        """Whether the value says something about a person and is masked and sealed."""
        return self.mask is not None

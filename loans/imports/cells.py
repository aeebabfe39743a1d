"""The cell types: text, money, dates, rates, choices. Text in, value out, or `BadCell`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final

from loans.imports.columns import BadCell, Column, Parse, Reading

_LOST_DIGITS = re.compile(r"^[+-]?\d+(?:[.,]\d+)?[eE]\+?\d+$")
_WHOLE = re.compile(r"^\d+\.0$")
_CURRENCY_MARKS = re.compile(r"^[¥￥$€£]|元$|\s+")
#: An amount as most files write it; it needs no further look.
_PLAIN_AMOUNT = re.compile(r"^\d{1,12}\.\d\d$", re.ASCII)
_AMOUNT = re.compile(r"^-?\d+(?:\.\d+)?$")
_YEAR_FIRST = re.compile(
    r"^(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?(?:[ T]0?0:00(?::00)?)?$"
)
_YEAR_LAST = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_SERIAL = re.compile(r"^\d{5}(?:\.0)?$")
_TIME = re.compile(r"^(\d{1,2}):(\d{2})(?::\d{2})?$")
_MONTH = re.compile(r"^(\d{1,2})/(\d{4})$")
_LARGEST = Decimal(10) ** 12

_YES = frozenset({"yes", "y", "true", "t", "1", "是", "有"})
_NO = frozenset({"no", "n", "false", "f", "0", "否", "无"})


def text(cell: str, column: Column, reading: Reading) -> str:
    """Any text, its spaces trimmed, at most `column.limit` characters."""
    if len(cell) > column.limit:
        raise BadCell("too_long", limit=column.limit)
    return cell


def identifier(cell: str, column: Column, reading: Reading) -> str:
    """A number that is a name (contract, customer): kept as written, refused where rounded."""
    if not cell[0].isalpha():  # a number of digits alone may have gone through a spreadsheet
        if _LOST_DIGITS.match(cell):
            raise BadCell("lost_digits")
        if _WHOLE.match(cell):
            cell = cell[:-2]  # its way to write a whole number
    return text(cell, column, reading)


def _amount(cell: str, reading: Reading, code: str) -> Decimal:
    raw = _CURRENCY_MARKS.sub("", cell)
    is_negative = raw.startswith("(") and raw.endswith(")")
    raw = raw.strip("()") if is_negative else raw
    group, point = (".", ",") if reading.has_decimal_comma else (",", ".")
    whole, _, fraction = raw.partition(point)
    if group in fraction or (group in whole and not _grouped_by_three(whole, group)):
        raise BadCell(code)
    plain = whole.replace(group, "") + (f".{fraction}" if fraction else "")
    if not _AMOUNT.match(plain):
        raise BadCell("lost_digits" if _LOST_DIGITS.match(plain) else code)
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise BadCell(code) from None
    return -value if is_negative else value


def _grouped_by_three(whole: str, group: str) -> bool:
    first, *rest = whole.lstrip("-").split(group)
    return 1 <= len(first) <= 3 and all(len(part) == 3 for part in rest)


def signed_money(cell: str, column: Column, reading: Reading) -> Decimal:
    """An amount of either sign in the portfolio's currency, exact to its smallest unit."""
    if _PLAIN_AMOUNT.match(cell) and reading.currency_digits == 2 and not reading.has_decimal_comma:
        return Decimal(cell)
    value = _amount(cell, reading, "not_money")
    exact = value.quantize(Decimal(1).scaleb(-reading.currency_digits))
    if exact != value:
        raise BadCell("too_precise", digits=reading.currency_digits)
    if abs(value) >= _LARGEST:
        raise BadCell("amount_too_large")
    return value.quantize(Decimal("0.01"))


def money(cell: str, column: Column, reading: Reading) -> Decimal:
    """An amount of 0 or more in the portfolio's currency."""
    value = signed_money(cell, column, reading)
    if value < 0:
        raise BadCell("negative")
    return value


def positive_money(cell: str, column: Column, reading: Reading) -> Decimal:
    """An amount above 0 in the portfolio's currency."""
    value = money(cell, column, reading)
    if value == 0:
        raise BadCell("not_positive")
    return value


def rate(cell: str, column: Column, reading: Reading) -> Decimal:
    """A rate as a fraction of one: 0.185 or 18.5 %; six decimals are kept."""
    is_percentage = cell.endswith(("%", "％"))
    value = _amount(cell.rstrip("%％ "), reading, "not_rate")
    if value < 0:
        raise BadCell("negative")
    value = value / 100 if is_percentage else value
    if value >= 10:
        raise BadCell("rate_too_high", value=f"{value:.0%}")
    return value.quantize(Decimal("0.000001"))


def whole_number(cell: str, column: Column, reading: Reading) -> int:
    """A whole number of 0 or more."""
    plain = cell[:-2] if cell.endswith(".0") else cell
    if not re.match(r"^-?\d{1,9}$", plain):
        raise BadCell("not_number")
    value = int(plain)
    if value < 0:
        raise BadCell("negative")
    return value


def day(cell: str, column: Column, reading: Reading) -> date:
    """A date: 2026-11-23, 2026/11/23, 2026年11月23日, 20261123; others as the mapping says."""
    return _day(cell, reading.date_order)


@lru_cache(maxsize=8192)
def _day(cell: str, date_order: str) -> date:
    """The dates of a file are few and come again and again."""
    if found := _YEAR_FIRST.match(cell) or _COMPACT.match(cell):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _YEAR_LAST.match(cell):
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        if date_order == "dmy":
            return _date(year, second, first)
        if date_order == "mdy":
            return _date(year, first, second)
        raise BadCell("ambiguous_date")
    raise BadCell("serial_date" if _SERIAL.match(cell) else "not_date")


def month(cell: str, column: Column, reading: Reading) -> date:
    """A month as mm/yyyy, kept as its first day."""
    found = _MONTH.match(cell)
    if not found:
        raise BadCell("not_month")
    return _date(int(found[2]), int(found[1]), 1)


def _date(year: int, month_of_year: int, day_of_month: int) -> date:
    if not 1980 <= year <= 2100:
        raise BadCell("date_out_of_range")
    try:
        return date(year, month_of_year, day_of_month)
    except ValueError:
        raise BadCell("not_date") from None


def time_of_day(cell: str, column: Column, reading: Reading) -> str:
    """A time on the portfolio's clock, kept as HH:MM."""
    found = _TIME.match(cell)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise BadCell("not_time")
    return f"{int(found[1]):02}:{found[2]}"


def choice(cell: str, column: Column, reading: Reading) -> str:
    """One of the words of `column.choices`, in any case."""
    try:
        return column.choices[cell.casefold()]
    except KeyError:
        known = ", ".join(dict.fromkeys(value for value in column.choices.values() if value))
        raise BadCell("not_choice", choices=known) from None


def flag(cell: str, column: Column, reading: Reading) -> bool:
    """Yes or no."""
    word = cell.casefold()
    if word not in _YES | _NO:
        raise BadCell("not_flag")
    return word in _YES


#: How the values of a cell type come back from the text they wait as.
RESTORERS: Final[dict[Parse, Callable[[str], Any]]] = {
    money: Decimal,
    signed_money: Decimal,
    positive_money: Decimal,
    rate: Decimal,
    day: date.fromisoformat,
    month: date.fromisoformat,
}

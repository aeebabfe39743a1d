"""Cell types of what identifies people and cars: phones, e-mails, id numbers, VINs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from core import clock
from loans.borrowers.normalising import (
    Unusable,
    normalise_email,
    normalise_id_number,
    normalise_phone,
)
from loans.imports.cells import RESTORERS, day, identifier
from loans.imports.columns import BadCell, Column, Reading

#: Our sentence for each reason the borrowers' own rules have.
_CODES: Final = {
    "phone_mangled": "lost_digits",
    "phone_unreadable": "bad_phone",
    "phone_impossible": "bad_phone",
    "email_unreadable": "bad_email",
    "id_mangled": "lost_digits",
    "id_unreadable": "bad_id",
    "id_length": "bad_id_length",
    "id_check_digit": "bad_id_check_digit",
    "card_number": "card_number",
}

#: Value of each VIN character and weight of each place (49 CFR 565.15; GB 16735-2019 is the same).
_VIN_VALUES = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True)
)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
#: Where the law makes manufacturers compute the ninth character of a VIN.
VIN_CHECK_COUNTRIES = frozenset({"CN", "US", "CA"})

_VIN = re.compile(r"^[A-HJ-NPR-Z0-9]{17}$")


def phone(cell: str, column: Column, reading: Reading) -> str:
    """A phone number as E.164; without a country code it is one of the portfolio's country."""
    return _usable(normalise_phone, cell, reading)


def email(cell: str, column: Column, reading: Reading) -> str:
    """An e-mail address in lower case."""
    try:
        return normalise_email(cell)
    except Unusable as unusable:
        raise BadCell(_CODES[unusable.code]) from None


def id_number(cell: str, column: Column, reading: Reading) -> str:
    """An id number; a Chinese one of 18 characters must have its check digit."""
    return _usable(normalise_id_number, cell, reading)


def _usable(normalise: Callable[[str, str], str], cell: str, reading: Reading) -> str:
    try:
        return normalise(cell, reading.country)
    except Unusable as unusable:
        raise BadCell(_CODES[unusable.code], region=reading.country) from None


def birthday(cell: str, column: Column, reading: Reading) -> date:
    """A date of birth: a date that has passed, of somebody who may still be alive."""
    value = _date_of_birth(cell, column, reading)
    if not date(1900, 1, 1) <= value <= clock.now().date():
        raise BadCell("bad_birthday")
    return value


def _date_of_birth(cell: str, column: Column, reading: Reading) -> date:
    try:
        return day(cell, column, reading)
    except BadCell as bad:
        # Every other date of a file is younger than this.
        found = re.match(r"^(19[0-7]\d)[-/.]?(\d{1,2})[-/.]?(\d{1,2})$", cell)
        if bad.code != "date_out_of_range" or not found:
            raise
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise BadCell("not_date") from None


def vin(cell: str, column: Column, reading: Reading) -> str:
    """A vehicle identification number; its check digit is verified where the law prescribes one."""
    number = identifier(cell, column, reading).replace(" ", "").upper()
    if not _VIN.match(number):
        raise BadCell("bad_vin")
    if reading.country in VIN_CHECK_COUNTRIES and vin_check_digit(number) != number[8]:
        raise BadCell("bad_vin_check_digit")
    return number


def vin_check_digit(number: str) -> str:
    """Returns the ninth character that the other sixteen of a VIN call for."""
    total = sum(
        (int(char) if char.isdigit() else _VIN_VALUES[char]) * weight
        for char, weight in zip(number, _VIN_WEIGHTS, strict=True)
    )
    return "X" if total % 11 == 10 else str(total % 11)


RESTORERS[birthday] = date.fromisoformat

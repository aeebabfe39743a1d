"""Refusing payment card numbers: they never enter this system, not even by mistake."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Digits with single spaces or hyphens between them, not part of a longer word or number.
_CANDIDATE = re.compile(r"(?<![0-9A-Za-z])\d(?:[ -]?\d){12,18}(?![0-9A-Za-z])")

# Issuer prefixes and the lengths that issuer gives out: (from, to, lengths), as in
# ISO/IEC 7812 registrations published by the schemes. UnionPay (62, and older Chinese debit
# ranges in 60-65) goes up to 19 digits.
_RANGES: Final = (
    ("4", "4", {13, 16, 19}),  # Visa
    ("51", "55", {16}),  # Mastercard
    ("2221", "2720", {16}),  # Mastercard, second range
    ("34", "34", {15}),  # American Express
    ("37", "37", {15}),
    ("300", "305", {14}),  # Diners Club
    ("36", "36", {14}),
    ("38", "39", {14}),
    ("3528", "3589", {16}),  # JCB
    ("50", "50", {16, 18, 19}),  # Maestro
    ("56", "59", {16, 18, 19}),
    ("60", "69", {16, 17, 18, 19}),  # Discover, UnionPay, Maestro
)
_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def luhn_holds(digits: str) -> bool:
    """Says whether the check digit fits (ISO/IEC 7812-1, annex B)."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_resident_id(text: str) -> bool:
    """Says whether this is a well-formed 18-digit Chinese resident id (GB 11643)."""
    if not re.fullmatch(r"[1-8]\d{16}[\dX]", text):
        return False
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    remainder = sum(int(d) * w for d, w in zip(text[:17], _ID_WEIGHTS, strict=True)) % 11
    return "10X98765432"[remainder] == text[17]


def looks_like_card_number(digits: str) -> bool:
    """Says whether digits are a card number: issuer's prefix and length, and the check digit.

    A valid Chinese resident id is not one, though one in ten of them passes the Luhn check.
    """
    if not 13 <= len(digits) <= 19 or is_resident_id(digits):
        return False
    issued = any(
        low <= digits[: len(low)] <= high and len(digits) in lengths
        for low, high, lengths in _RANGES
    )
    return issued and luhn_holds(digits)


def find_card_numbers(text: str) -> list[str]:
    """Returns the card numbers in a text, as digits, in the order they occur."""
    found = (re.sub(r"\D", "", match.group()) for match in _CANDIDATE.finditer(text))
    return [digits for digits in found if looks_like_card_number(digits)]


def refuse_card_numbers(text: str) -> None:
    """A form and model validator: raises ValidationError where a text holds a card number."""
    if find_card_numbers(text):
        raise ValidationError(
            _(
                "This looks like a payment card number. Card numbers are never stored here; "
                "remove it and send the borrower the payment link instead."
            ),
            code="card_number",
        )

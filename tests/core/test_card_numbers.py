"""Card numbers are refused; ids, VINs and account numbers are not."""

from __future__ import annotations

import random
import string

import pytest
from django.core.exceptions import ValidationError

from core.encryption import find_card_numbers, refuse_card_numbers
from core.encryption.card_numbers import is_resident_id, looks_like_card_number, luhn_holds

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def resident_id(body: str) -> str:
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


def with_luhn(body: str) -> str:
    return next(body + digit for digit in string.digits if luhn_holds(body + digit))


# The schemes' published test numbers.
@pytest.mark.parametrize(
    "number",
    [
        "4111111111111111",
        "4222222222222",
        "5555555555554444",
        "2223003122003222",
        "378282246310005",
        "30569309025904",
        "3530111333300000",
        "6011111111111117",
        "6200000000000005",
        "6205500000000000004",
    ],
)
@pytest.mark.parametrize("text", ["{}", "card: {}.", "卡号{},请查收", "({})"])
def test_card_numbers_are_refused(number, text):
    with pytest.raises(ValidationError):
        refuse_card_numbers(text.format(number))


@pytest.mark.parametrize("text", ["4111 1111 1111 1111", "4111-1111-1111-1111"])
def test_grouped_card_numbers_are_refused(text):
    assert find_card_numbers(f"pay by {text} today") == ["4111111111111111"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "LSVAU2180N2123456",  # a VIN
        "1HGCM82633A004352",
        "13812345678",
        "+8613812345678",
        "+1 202 555 0123",
        "4111111111111112",  # no check digit
        "9411111111111111111111",  # longer than any card
        "0192d3a0-4111-7111-8111-111111111111",
        "A4111111111111111",  # part of a longer reference
        "2026-11-23 10:00:00",
        "1234567890123452",  # the check digit fits, no issuer begins so
    ],
)
def test_other_numbers_are_accepted(text):
    refuse_card_numbers(text)


def test_no_valid_resident_id_is_refused():
    rng = random.Random(7)
    luhn_too = 0
    for _ in range(5000):
        region = rng.choice(["110101", "310104", "440106", "510105", "620102", "650103", "370102"])
        born = f"{rng.randint(1940, 2007)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
        number = resident_id(f"{region}{born}{rng.randint(0, 999):03}")
        luhn_too += number.isdigit() and luhn_holds(number)
        refuse_card_numbers(f"身份证 {number}")
    assert luhn_too > 300  # the plain Luhn rule would have refused these


def test_resident_id_needs_a_date_and_its_check_digit():
    good = resident_id("44010119900307123")
    assert is_resident_id(good)
    assert not is_resident_id(resident_id("44010119901307123"))
    assert not is_resident_id(good[:-1] + ("0" if good[-1] != "0" else "1"))


def test_every_issuer_range_is_refused_at_its_length():
    for prefix, length in (("34", 15), ("36", 14), ("2720", 16), ("62", 19), ("4", 16), ("50", 16)):
        assert looks_like_card_number(with_luhn(prefix.ljust(length - 1, "7")))

"""Currencies: the decimals of each (ISO 4217 minor units) and its sign."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


class UnknownCurrency(ValueError):
    """The code is not in the table; add it there with its ISO 4217 minor units."""


@dataclass(frozen=True, slots=True)
class Currency:
    """One ISO 4217 currency: its code, digits after the point, sign and English name."""

    code: str
    digits: int
    sign: str
    name: str


# Minor units as in ISO 4217, list one. The sign is the one that is unmistakable beside the
# others: CNY and JPY share ¥, and only one of them has decimals.
_CURRENCIES = {
    currency.code: currency
    for currency in (
        Currency("AUD", 2, "A$", "Australian dollar"),
        Currency("CAD", 2, "CA$", "Canadian dollar"),
        Currency("CHF", 2, "CHF ", "Swiss franc"),
        Currency("CNY", 2, "¥", "Chinese yuan"),
        Currency("EUR", 2, "€", "Euro"),
        Currency("GBP", 2, "£", "Pound sterling"),
        Currency("HKD", 2, "HK$", "Hong Kong dollar"),
        Currency("IDR", 2, "Rp ", "Indonesian rupiah"),
        Currency("INR", 2, "₹", "Indian rupee"),
        Currency("JPY", 0, "JP¥", "Japanese yen"),
        Currency("KRW", 0, "₩", "South Korean won"),
        Currency("MXN", 2, "MX$", "Mexican peso"),
        Currency("MYR", 2, "RM ", "Malaysian ringgit"),
        Currency("NZD", 2, "NZ$", "New Zealand dollar"),
        Currency("PHP", 2, "₱", "Philippine peso"),
        Currency("SGD", 2, "S$", "Singapore dollar"),
        Currency("THB", 2, "฿", "Thai baht"),
        Currency("TWD", 2, "NT$", "New Taiwan dollar"),
        Currency("USD", 2, "$", "US dollar"),
        Currency("VND", 0, "₫", "Vietnamese dong"),
        Currency("ZAR", 2, "R ", "South African rand"),
    )
}


def find_currency(code: str) -> Currency:
    """Returns the currency with this ISO 4217 code, or raises `UnknownCurrency`."""
    try:
        return _CURRENCIES[code]
    except KeyError:
        known = ", ".join(_CURRENCIES)
        raise UnknownCurrency(f"{code!r} is not a known currency; known are {known}.") from None


def minor_units(code: str) -> int:
    """Returns the digits after the point of a currency: 2 for CNY, 0 for JPY."""
    return find_currency(code).digits


def smallest_unit(code: str) -> Decimal:
    """Returns the smallest amount of a currency: 0.01 for CNY, 1 for JPY."""
    return Decimal(1).scaleb(-minor_units(code))


def currency_choices() -> list[tuple[str, str]]:
    """Returns (code, "code name") pairs for forms, in the order of the codes."""
    return [(code, f"{code} {found.name}") for code, found in _CURRENCIES.items()]


def known_currencies() -> list[str]:
    """Returns the codes of all currencies of the table, in order."""
    return sorted(_CURRENCIES)

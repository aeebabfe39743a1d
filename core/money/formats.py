"""How an amount is shown: always with its currency, always with its decimals."""

from __future__ import annotations

from decimal import Decimal

from core.money.amounts import quantize_to_currency
from core.money.currencies import find_currency


def format_money(amount: Decimal, currency: str, language: str = "en") -> str:
    """Shows an amount: ¥3,280.00, $1,204.11, −$20.00, JP¥1,500.

    Arguments: amount; currency as ISO 4217 code; language as a Django language code.
    In Chinese the yen is written 1,500日元, as ¥ alone means the yuan there. Thousands are
    grouped by three with a comma in every supported language.
    Raises `UnknownCurrency`.
    """
    found = find_currency(currency)
    rounded = quantize_to_currency(amount=amount, currency=currency)
    digits = f"{abs(rounded):,.{found.digits}f}"
    minus = "\N{MINUS SIGN}" if rounded < 0 else ""
    if currency == "JPY" and language.startswith("zh"):
        return f"{minus}{digits}日元"
    return f"{minus}{found.sign}{digits}"

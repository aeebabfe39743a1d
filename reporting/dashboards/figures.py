"""How numbers of a dashboard are written: short money by language, shares, changes."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.money.currencies import find_currency
from core.money.formats import format_money

MINUS: Final = "\N{MINUS SIGN}"
_TENTH: Final = Decimal("0.1")
#: From this amount on, the unit that a language counts large money in.
_WESTERN: Final = ((Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"))
_CHINESE: Final = ((Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万"))


def short_money(amount: Decimal, currency: str) -> str:
    """Returns an amount in a few characters: ¥41.2M, in Chinese ¥4120.3万; small ones whole."""
    is_chinese = (get_language() or "").startswith("zh")
    sign = find_currency(currency).sign
    for unit, letter in _CHINESE if is_chinese else _WESTERN:
        if abs(amount) >= unit:
            digits = (abs(amount) / unit).quantize(_TENTH, ROUND_HALF_UP)
            grouped = f"{digits:f}" if is_chinese else f"{digits:,f}"
            return f"{MINUS if amount < 0 else ''}{sign}{grouped}{letter}"
    whole = abs(amount).quantize(Decimal(1), ROUND_HALF_UP)
    return f"{MINUS if amount < 0 and whole else ''}{sign}{whole:,f}"


def full_money(amount: Decimal, currency: str) -> str:
    """Returns an amount to its last decimal, for titles and tables."""
    return format_money(amount, currency, get_language() or "en")


def count(number: Decimal | int) -> str:
    """Returns a whole number, grouped by three."""
    return f"{int(number):,}".replace("-", MINUS)


def percent(share: Decimal | None, *, places: int = 1) -> str:
    """Returns a share as per cent with a fixed number of decimals, or a dash."""
    if share is None:
        return "–"
    digits = (share * 100).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{digits:f}%".replace("-", MINUS)


def change_in_share(now: Decimal | None, before: Decimal | None) -> str:
    """Returns by how many percentage points a share differs from an earlier one."""
    if now is None or before is None:
        return ""
    points = ((now - before) * 100).quantize(_TENTH, ROUND_HALF_UP)
    return _("%(points)s pt") % {"points": _signed(points)}


def change_in_per_cent(now: Decimal, before: Decimal | None) -> str:
    """Returns by how many per cent a number differs from an earlier one."""
    if not before:
        return ""
    change = ((now - before) / before * 100).quantize(_TENTH, ROUND_HALF_UP)
    return f"{_signed(change)}%"


def change_in_count(now: Decimal | int, before: Decimal | int | None) -> str:
    """Returns the difference of two counts with its sign."""
    return "" if before is None else _signed(Decimal(int(now) - int(before)))


def _signed(number: Decimal) -> str:
    sign = MINUS if number < 0 else "+" if number > 0 else "±"
    return f"{sign}{abs(number):,f}"

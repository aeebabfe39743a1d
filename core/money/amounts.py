"""Arithmetic on amounts: rounding to a unit, exactly and on purpose."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from core.money.currencies import smallest_unit

CENT: Final = Decimal("0.01")
ZERO: Final = Decimal("0.00")


def quantize(amount: Decimal, unit: Decimal = CENT, rounding: str = ROUND_HALF_UP) -> Decimal:
    """Rounds an amount to a multiple of a unit (0.01, 0.05, 1, 100 …).

    Arguments: amount and unit in the same currency; rounding is a mode of `decimal`.
    The result has at least two digits after the point, so equal amounts print equally.
    Raises TypeError for a float (floats have lost the amount already) and ValueError for
    a unit that is not positive.
    """
    if not isinstance(amount, Decimal) or not isinstance(unit, Decimal):
        raise TypeError("Money is Decimal only; make the Decimal from the text, not from a float.")
    if unit <= 0:
        raise ValueError(f"A rounding unit must be above zero, not {unit}.")
    multiple = (amount / unit).quantize(Decimal(1), rounding=rounding) * unit
    result = multiple if multiple.as_tuple().exponent < -2 else multiple.quantize(CENT)  # type: ignore[operator]
    return result + ZERO if result == 0 else result  # no "-0.00"


def quantize_to_currency(
    *, amount: Decimal, currency: str, rounding: str = ROUND_HALF_UP
) -> Decimal:
    """Rounds an amount to the smallest unit of its currency (ISO 4217 minor units)."""
    return quantize(amount, smallest_unit(currency), rounding)

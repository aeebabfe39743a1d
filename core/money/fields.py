"""The columns money is made of. Every amount, rate and price in the system is one of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models


class _FixedDecimalField(models.DecimalField):  # type: ignore[type-arg]
    """A numeric column of one fixed precision that refuses floats on the way in."""

    digits: int
    places: int

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_digits"] = self.digits
        kwargs["decimal_places"] = self.places
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        return name, path, args, kwargs

    def to_python(self, value: Any) -> Decimal | None:
        if isinstance(value, float):
            raise TypeError(f"{self.name}: money and rates are Decimal, never float ({value!r}).")
        return super().to_python(value)  # type: ignore[no-any-return]


class MoneyField(_FixedDecimalField):
    """An amount in the currency of its portfolio: numeric(14,2)."""

    description = "Amount of money, numeric(14,2)"
    digits, places = 14, 2


class RateField(_FixedDecimalField):
    """A rate as a fraction of one (0.185 is 18.5 % a year): numeric(9,6)."""

    description = "Rate as a fraction, numeric(9,6)"
    digits, places = 9, 6


class PriceField(_FixedDecimalField):
    """A price far below a cent, such as of one part of a message: numeric(11,4)."""

    description = "Price with fractions of a cent, numeric(11,4)"
    digits, places = 11, 4

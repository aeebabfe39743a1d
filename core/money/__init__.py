"""Money: exact amounts, their columns, their rounding and how people read them."""

from core.money.amounts import CENT, ZERO, quantize, quantize_to_currency
from core.money.currencies import UnknownCurrency, currency_choices, minor_units, smallest_unit
from core.money.fields import MoneyField, PriceField, RateField
from core.money.formats import format_money

__all__ = [
    "CENT",
    "ZERO",
    "MoneyField",
    "PriceField",
    "RateField",
    "UnknownCurrency",
    "currency_choices",
    "format_money",
    "minor_units",
    "quantize",
    "quantize_to_currency",
    "smallest_unit",
]

"""Money: exact, rounded on purpose, always shown with its currency."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_UP, Decimal

import pytest
from django.db import models
from hypothesis import given
from hypothesis import strategies as st

from core.money import (
    MoneyField,
    RateField,
    UnknownCurrency,
    currency_choices,
    format_money,
    minor_units,
    quantize,
    quantize_to_currency,
    smallest_unit,
)


@pytest.mark.parametrize(
    ("amount", "currency", "language", "shown"),
    [
        ("3280", "CNY", "zh-hans", "¥3,280.00"),
        ("3280", "CNY", "en", "¥3,280.00"),
        ("1204.11", "USD", "en", "$1,204.11"),
        ("-20", "USD", "en", "\N{MINUS SIGN}$20.00"),
        ("-0.001", "USD", "en", "$0.00"),
        ("0.005", "USD", "en", "$0.01"),
        ("1500", "JPY", "en", "JP¥1,500"),
        ("1500", "JPY", "zh-hans", "1,500日元"),
        ("1234567.8", "GBP", "en", "£1,234,567.80"),
    ],
)
def test_format_money(amount, currency, language, shown):
    assert format_money(Decimal(amount), currency, language) == shown


def test_unknown_currency_is_refused():
    with pytest.raises(UnknownCurrency, match="'XXX' is not a known currency"):
        format_money(Decimal(1), "XXX")


def test_minor_units():
    assert [minor_units(code) for code in ("CNY", "USD", "JPY")] == [2, 2, 0]
    assert smallest_unit("JPY") == Decimal(1)
    assert smallest_unit("CNY") == Decimal("0.01")
    assert ("CNY", "CNY Chinese yuan") in currency_choices()


@pytest.mark.parametrize(
    ("amount", "unit", "rounding", "result"),
    [
        ("1.005", "0.01", None, "1.01"),
        ("1.005", "0.01", ROUND_HALF_EVEN, "1.00"),
        ("-1.005", "0.01", None, "-1.01"),
        ("1.019", "0.01", ROUND_DOWN, "1.01"),
        ("123.45", "1", None, "123.00"),
        ("123.45", "1", ROUND_UP, "124.00"),
        ("151", "100", None, "200.00"),
        ("1.02", "0.05", None, "1.00"),
        ("0.0004", "0.001", None, "0.000"),
        ("0.0006", "0.001", None, "0.001"),
    ],
)
def test_quantize(amount, unit, rounding, result):
    keywords = {"rounding": rounding} if rounding else {}
    assert str(quantize(Decimal(amount), Decimal(unit), **keywords)) == result


def test_quantize_has_no_negative_zero():
    assert str(quantize(Decimal("-0.001"))) == "0.00"


def test_quantize_to_currency():
    assert quantize_to_currency(amount=Decimal("10.5"), currency="JPY") == Decimal(11)


def test_floats_are_refused():
    with pytest.raises(TypeError, match="Decimal only"):
        quantize(1.1)
    with pytest.raises(TypeError, match="never float"):
        MoneyField(name="amount").to_python(1.1)


def test_unit_must_be_positive():
    with pytest.raises(ValueError, match="above zero"):
        quantize(Decimal(1), Decimal(0))


@given(
    st.decimals("-9999999999", "9999999999", places=6),
    st.sampled_from([Decimal(unit) for unit in ("0.01", "0.05", "0.1", "1", "10", "100")]),
)
def test_quantize_lands_on_a_multiple_within_half_a_unit(amount, unit):
    result = quantize(amount, unit)
    assert result % unit == 0
    assert abs(result - amount) <= unit / 2


@pytest.mark.parametrize(("field", "column"), [(MoneyField, (14, 2)), (RateField, (9, 6))])
def test_fields_have_one_precision(field, column):
    made = field(null=True)
    assert (made.max_digits, made.decimal_places) == column
    _name, path, args, keywords = made.deconstruct()
    assert path == f"core.money.fields.{field.__name__}"
    assert keywords == {"null": True}
    assert isinstance(field(*args, **keywords), models.DecimalField)

"""Comparing one figure, or a list of rows, with what a case expects."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from loans.conformance.terms import NotExpressible


def money(value: Any) -> Decimal:
    """A figure of a case file as money."""
    return Decimal(str(value or 0)).quantize(Decimal("0.01"))


def text(day: date | None) -> str | None:
    """A date as case files write it."""
    return None if day is None else day.isoformat()


def differ(name: str, actual: Any, expected: Any) -> list[str]:
    """One line if two figures differ, none otherwise. Sums of money compare by value."""
    if isinstance(actual, Decimal):
        expected = money(expected)
        actual = money(actual)
    return [] if actual == expected else [f"{name} is {actual}, expected {expected}"]


def compare_figures(
    name: str, actual: Mapping[str, Any], expected: Mapping[str, Any], ignored: Collection[str] = ()
) -> list[str]:
    """One line for each figure that differs. Raises NotExpressible for one this system has not."""
    lines = []
    for key, value in expected.items():
        if key in actual:
            lines += differ(f"{name} {key}".lstrip(), actual[key], value)
        elif value and key not in ignored:
            raise NotExpressible(f"'{key}' is no figure of this system")
    return lines


def listed(name: str, actual: Sequence[Any], expected: Sequence[Any]) -> list[str]:
    """One line for each row that only one of two lists has, in whatever order they are."""
    surplus = list(actual)
    missing = []
    for row in expected:
        if row in surplus:
            surplus.remove(row)
        else:
            missing.append(row)
    return [f"{name}: unexpected {_plain(row)}" for row in surplus] + [
        f"{name}: missing {_plain(row)}" for row in missing
    ]


def _plain(row: Any) -> str:
    return " ".join(str(part) for part in row)

"""Shares of a whole, exact until they are shown."""

from __future__ import annotations

from decimal import Decimal


def share(*, part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """Returns part / whole, or None where there is no whole: nothing of nothing is not 0 %."""
    if not whole:
        return None
    return Decimal(part) / Decimal(whole)

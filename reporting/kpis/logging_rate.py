"""Logging rate (催记率)."""

from __future__ import annotations

from decimal import Decimal

from reporting.kpis.shares import share


def logging_rate(*, worked: int, held: int) -> Decimal | None:
    """Returns cases with at least one logged action / cases held.

    An action counts from the day the case opened; the rest of the cases are the unlogged ones.
    Source: glossary, logging rate.
    """
    return share(part=worked, whole=held)

"""Promises kept."""

from __future__ import annotations

from decimal import Decimal

from reporting.kpis.shares import share


def kept_rate(*, kept: int, partial: int, broken: int) -> Decimal | None:
    """Returns promises falling due in the period judged kept / promises falling due in it.

    Cancelled promises and those not judged yet are in neither; a partly kept one is not kept.
    Source: glossary, kept rate (count).
    """
    return share(part=kept, whole=kept + partial + broken)

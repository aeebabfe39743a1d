"""Promises kept."""

from __future__ import annotations

from decimal import Decimal

from reporting.kpis.shares import share


def kept_rate(*, kept: int, partial: int, broken: int, taken_back: int = 0) -> Decimal | None:
    """Returns promises falling due in the period judged kept / promises falling due in it.

    Arguments: counts of promises falling due in the period; taken_back those that were cancelled or
    replaced within two days of being due, or later, which count as not kept. Promises cancelled
    earlier and those not judged yet are in neither; a partly kept one is not kept.
    Source: glossary, kept rate (count).
    """
    return share(part=kept, whole=kept + partial + broken + taken_back)

"""Gate stops."""

from __future__ import annotations

from decimal import Decimal

from reporting.kpis.shares import share


def gate_stop_rate(*, stops: int, attempts: int) -> Decimal | None:
    """Returns blocked attempts / attempts, blocked and made taken together.

    Source: glossary, gate stops.
    """
    return share(part=stops, whole=stops + attempts)

"""Money collected against money due."""

from __future__ import annotations

from decimal import Decimal

from reporting.kpis.shares import share


def collected_share(*, collected: Decimal, due: Decimal) -> Decimal | None:
    """Returns money received with a value date in the period / instalments that fell due in it.

    Above 1 when arrears come in as well. Returned money is no part of it; pending money is.
    """
    return share(part=collected, whole=due)

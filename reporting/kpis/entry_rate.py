"""Entry rate (入催率)."""

from __future__ import annotations

from decimal import Decimal

from reporting.kpis.shares import share


def entry_rate(*, became_late: int, fell_due: int) -> Decimal | None:
    """Returns accounts that became overdue on day 1 / accounts due that day.

    Arguments: accounts not past due before that were past due at the close of the first day after
    their due day; accounts with an instalment due on these days as the books stood the evening
    before. Days whose outcome is not known yet are in neither. Source: glossary, entry rate.
    """
    return share(part=became_late, whole=fell_due)

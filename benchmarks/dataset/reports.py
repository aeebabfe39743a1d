"""What reporting keeps beside the book: the books of the last close, and the events of a month.

On a live system the consumers of facts do this bit by bit, so it is no part of building the book;
it is timed on its own.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from benchmarks.dataset.office import CLOSED_THROUGH
from loans.portfolios.models import Portfolio
from reporting.rollups.event_sql import ATTEMPTS, MONEY, STORE
from reporting.rollups.services import rebuild

_DAYS_OF_EVENTS = 31
#: Reading -> which of its facts happened since a day.
_SINCE = {
    MONEY: "loan.portfolio_id = %(portfolio)s AND fact.value_on > %(after)s",
    ATTEMPTS: "fact.portfolio_id = %(portfolio)s AND fact.at::date > %(after)s",
}


def take_reports() -> None:
    """Takes the books of every portfolio as they stand, and reads its events of a month."""
    for portfolio in Portfolio.objects.order_by("code"):
        rebuild(portfolio=portfolio, on=CLOSED_THROUGH)
        with transaction.atomic(), connection.cursor() as cursor:
            after = CLOSED_THROUGH - timedelta(days=_DAYS_OF_EVENTS)
            parameters: dict[str, Any] = {"portfolio": portfolio.pk, "after": after}
            for reading, only in _SINCE.items():
                cursor.execute(STORE.format(reading=reading.format(only=only)), parameters)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            if table.startswith("reporting_"):
                cursor.execute(f"VACUUM (ANALYZE) {table}")

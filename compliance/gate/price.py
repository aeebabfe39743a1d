"""How much of the total price of a car is paid, which protects it in some countries."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db import connection

#: The price is what the first schedule asks in all, so a loan scheduled anew has none to compare
#: with. Where neither terms nor a first instalment tell of a deposit, one may have been paid.
_SQL: Final = """
SELECT schedule.loan_id, (
        SELECT sum(part) FROM unnest(schedule.principals || schedule.interests || schedule.fees)
            AS part
    ), position.outstanding_amount
FROM loans_schedule AS schedule
JOIN loans_position AS position ON position.loan_id = schedule.loan_id
JOIN loans_loan AS loan ON loan.id = schedule.loan_id
WHERE schedule.loan_id = ANY(%(loans)s::uuid[]) AND schedule.version = 1
    AND (schedule.starts_with_down_payment OR loan.terms <> '{}')
    AND NOT EXISTS (
        SELECT FROM loans_schedule AS later
        WHERE later.loan_id = schedule.loan_id AND later.version > 1
    )
"""


def read_paid_shares(loan_ids: Collection[UUID]) -> dict[UUID, Decimal]:
    """Reads for loans which share of the total price is paid, where that is known.

    One query, and none when nothing is asked: only taking a car back depends on it.
    """
    if not loan_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"loans": list(loan_ids)})
        rows = cursor.fetchall()
    return {
        loan_id: min(max((price - open_amount) / price, Decimal(0)), Decimal(1))
        for loan_id, price, open_amount in rows
        if price
    }

"""Counting loans anew when what they are counted by was changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection

from loans.contracts.models import Loan
from loans.delinquency.refresh import refresh_loans

#: Up to so many loans are replayed in the transaction that changes the convention.
AT_ONCE: Final = 2000
CAUSE: Final = "conventions"

_CHOSEN: Final = """
    SELECT id FROM loans_loan
    WHERE portfolio_id = %(portfolio)s
        AND (%(product)s::uuid IS NULL OR product_id = %(product)s::uuid)
"""
_LOCK: Final = f"SELECT count(*) FROM ({_CHOSEN} ORDER BY id FOR NO KEY UPDATE) AS locked"  # noqa: S608
_MARK: Final = f"""
    UPDATE loans_position SET next_transition_on = DATE '0001-01-01' WHERE loan_id IN ({_CHOSEN})
"""  # noqa: S608 - constants of this module


@dataclass(frozen=True, slots=True, kw_only=True)
class Recount:
    """How many loans are counted anew, and whether that is done or waits for the next close."""

    loans: int
    at_once: bool

    def as_data(self) -> dict[str, int | str]:
        """What the trail says about it."""
        when = "at once" if self.at_once else "at the next close"
        return {"loans_recounted": self.loans, "recounted": when}


def recount(*, portfolio_id: UUID, product_id: UUID | None = None) -> Recount:
    """Brings every loan of a portfolio, or of one product of it, to changed conventions.

    A small portfolio is replayed at once; in a large one every position is marked, so that the next
    close replays it. Call it within the transaction of the change, after the change.
    """
    loans = Loan.objects.standing().filter(portfolio=portfolio_id)
    if product_id is not None:
        loans = loans.filter(product=product_id)
    ids = list(loans.order_by("pk").values_list("pk", flat=True)[: AT_ONCE + 1])
    if len(ids) <= AT_ONCE:
        refresh_loans(loan_ids=ids, cause=CAUSE)
        return Recount(loans=len(ids), at_once=True)
    return Recount(loans=_mark(portfolio_id, product_id), at_once=False)


def _mark(portfolio_id: UUID, product_id: UUID | None) -> int:
    """Says of every position that a day was missed, which is what makes the close replay it.

    The loans are locked first, in the order of their ids: a replay that began under the old
    conventions ends before, and one that begins now waits and sees the new ones.
    """
    parameters = {"portfolio": portfolio_id, "product": product_id}
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, parameters)
        cursor.execute(_MARK, parameters)
        return int(cursor.rowcount)

"""Loans whose facts are stored and that were never replayed: they have no position yet.

A folder of files opens its loans in this state, so that each is replayed once, behind the last
file. The next close would find them too.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from core.jobs.processes import share_among
from core.jobs.repeatable import commit_without_waiting
from loans.contracts.models import Loan
from loans.delinquency.models import Position
from loans.delinquency.refresh import OPENING, refresh_loans
from loans.portfolios.models import Portfolio

CAUSE: Final = OPENING
#: Loans of one transaction.
CHUNK: Final = 500


def replay_new_loans(*, portfolio: Portfolio, processes: int = 1) -> int:
    """Replays every loan of a portfolio that has no position; returns how many there were.

    Arguments: processes share the loans; more than one only from a management command. Each chunk
    is a transaction of its own: killed anywhere, what is left is found again.
    """
    waiting = _waiting(portfolio)

    def work(share: int, of: int) -> None:
        for start in range(share * CHUNK, len(waiting), of * CHUNK):
            with transaction.atomic():
                commit_without_waiting()  # lost, the loans have no position and are found again
                refresh_loans(loan_ids=waiting[start : start + CHUNK], cause=CAUSE)

    share_among(processes if len(waiting) > CHUNK else 1, work)
    return len(waiting)


def _waiting(portfolio: Portfolio) -> list[UUID]:
    loans = Loan.objects.filter(portfolio=portfolio).exclude(
        Exists(Position.objects.filter(loan=OuterRef("pk")))
    )
    return list(loans.order_by("pk").values_list("pk", flat=True))

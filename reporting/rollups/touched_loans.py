"""Positions of a closed day for loans that something has touched since: their facts replayed."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import structlog

from loans.contracts.models import Loan
from loans.delinquency.loading import LoanFacts, load_facts
from loans.delinquency.models import Position
from loans.delinquency.replay import replay
from loans.delinquency.results import LoanStatus, PositionSummary
from loans.delinquency.summary import summarise
from loans.portfolios.models import Portfolio
from reporting.rollups.models import PAID_OFF, WRITTEN_OFF

log = structlog.get_logger(__name__)

_CHUNK: Final = 500
_PLACES: Final = {
    LoanStatus.PAID_OFF: PAID_OFF,
    LoanStatus.OVERPAID: PAID_OFF,
    LoanStatus.WRITTEN_OFF: WRITTEN_OFF,
}


@dataclass(slots=True)
class GivenPositions:
    """Positions as columns, the way the statements of the books take them."""

    ids: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    overdue: list[Decimal] = field(default_factory=list)
    principal: list[Decimal] = field(default_factory=list)
    oldest: list[dt.date | None] = field(default_factory=list)
    next_on: list[dt.date | None] = field(default_factory=list)
    next_amounts: list[Decimal] = field(default_factory=list)

    def add(self, loan_id: UUID, found: PositionSummary) -> None:
        self.ids.append(str(loan_id))
        self.places.append(_PLACES.get(found.status, found.bucket_code))
        self.overdue.append(found.overdue.total)
        self.principal.append(found.outstanding.principal)
        self.oldest.append(found.oldest_unsatisfied_due_on)
        self.next_on.append(found.next_due_on)
        self.next_amounts.append(found.next_due_amount)

    def parameters(self) -> dict[str, list[Any]]:
        return {
            "given_ids": self.ids,
            "given_places": self.places,
            "given_overdue": self.overdue,
            "given_principal": self.principal,
            "given_oldest": self.oldest,
            "given_next_on": self.next_on,
            "given_next_amounts": self.next_amounts,
        }


def positions_as_of(
    *,
    portfolio: Portfolio,
    on: dt.date,
    closed_at: dt.datetime | None,
    known_at: dt.datetime | None,
) -> GivenPositions:
    """Returns the positions at the end of a day of all loans whose stored one is of a later moment.

    Arguments: closed_at, when the close ended by the clock of the application; None: every loan
    that was paid out by then. known_at by the clock of the database: facts learnt later do not
    count. In the usual case, minutes after the close, there are few such loans; 1 ms each.
    """
    given = GivenPositions()
    for chunk in _chunks(_touched(portfolio, on, closed_at)):
        for loan in load_facts(chunk).values():
            found = _position(loan, on, known_at)
            if found is not None:
                given.add(loan.loan_id, found)
    return given


def _touched(portfolio: Portfolio, on: dt.date, closed_at: dt.datetime | None) -> list[UUID]:
    if closed_at is None:
        loans = Loan.objects.filter(portfolio=portfolio, started_on__lte=on)
        return list(loans.order_by("pk").values_list("pk", flat=True))
    positions = Position.objects.filter(portfolio=portfolio)
    later = positions.filter(aged_on__gt=on) | positions.filter(replayed_at__gt=closed_at)
    return list(later.filter(loan__started_on__lte=on).order_by("pk").values_list("pk", flat=True))


def _position(loan: LoanFacts, on: dt.date, known_at: dt.datetime | None) -> PositionSummary | None:
    try:
        state = replay(facts=loan.facts, conventions=loan.conventions, as_of=on, known_at=known_at)
        return summarise(replay=state, as_of=on, conventions=loan.conventions)
    except (ArithmeticError, LookupError, ValueError, TypeError) as error:
        # Set aside by its own refresh as well, and listed there; the report goes on without it.
        log.warning("report_without_loan", loan_id=str(loan.loan_id), error=repr(error)[:300])
        return None


def _chunks(loan_ids: Collection[UUID]) -> Iterable[list[UUID]]:
    ids = iter(loan_ids)
    while chunk := list(itertools.islice(ids, _CHUNK)):
        yield chunk

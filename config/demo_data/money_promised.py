"""What borrowers promised to pay: for the days to come, and before, as money came or did not."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from collections_app.cases.models import Case
from collections_app.promises.models import Promise
from collections_app.promises.services import record_promise
from core.audit import Actor
from loans.contracts.models import PartyRole
from loans.repayments.models import Repayment

if TYPE_CHECKING:
    from config.demo_data.floor import Floor

CENT: Final = Decimal("0.01")


def take_promises(floor: Floor) -> int:
    """Promises for the days to come."""
    chosen = floor.some(7, offset=3)
    return sum(promise_of(floor, case, made_days_ago=floor.rng.randrange(1, 8)) for case in chosen)


def take_promises_of_before(floor: Floor) -> int:
    """Promises whose day is over: those that money came for were kept, of the others few were."""
    kept = [_promise_before(floor, money, made=3) for money in _recent_money(floor)]
    owed = [case for case in floor.some(12, offset=5) if case.loan.position.overdue_amount > CENT]
    for case in owed:
        made_at = floor.local(floor.rng.randrange(12, 20))
        record_promise(
            loan=case.loan,
            party=case.borrower,
            amount=case.loan.position.overdue_amount,
            due_on=max(made_at.date(), floor.portfolio.business_date - dt.timedelta(days=5)),
            made_at=made_at,
            by=Actor.of(floor.agent_of(case)),
            method="transfer",
        )
    return len(kept) + len(owed)


def _recent_money(floor: Floor) -> list[Repayment]:
    """Money of the last weeks on the loans of the portfolio, some of it, the oldest first."""
    books_on = floor.portfolio.business_date
    rows = Repayment.objects.filter(
        loan__portfolio=floor.portfolio,
        kind="regular",
        value_on__range=(books_on - dt.timedelta(days=20), books_on - dt.timedelta(days=3)),
    )
    return list(rows.select_related("loan").order_by("value_on", "pk")[:400:20])


def _promise_before(floor: Floor, money: Repayment, *, made: int) -> Promise:
    """A promise some days before money came, of just that money."""
    day = money.value_on - dt.timedelta(days=made)
    made_at = dt.datetime.combine(day, dt.time(11), ZoneInfo(floor.portfolio.time_zone))
    borrower = money.loan.parties.select_related("party").get(role=PartyRole.BORROWER)
    return record_promise(
        loan=money.loan,
        party=borrower.party,
        amount=money.amount,
        due_on=money.value_on,
        made_at=made_at,
        by=Actor.of(floor.rng.choice(floor.agents)),
        method="transfer",
    )


def promise_of(floor: Floor, case: Case, *, made_days_ago: int) -> int:
    """Promises all that is past due, or half of it, for one of the next days."""
    overdue = case.loan.position.overdue_amount
    if overdue <= CENT:
        return 0
    amount = overdue if floor.rng.random() < 0.7 else (overdue / 2).quantize(CENT)
    made_at = floor.local(made_days_ago)
    due_on = floor.portfolio.business_date + dt.timedelta(days=floor.rng.randrange(0, 8))
    record_promise(
        loan=case.loan,
        party=case.borrower,
        amount=amount,
        due_on=due_on,
        made_at=made_at,
        by=Actor.of(floor.agent_of(case)),
        method="wallet" if floor.is_chinese else "debit",
    )
    return 1

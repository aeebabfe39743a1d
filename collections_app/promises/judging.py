"""Judging promises from money: at once when money lands, and at the end of every day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from collections_app.promises.flow import (
    Judgement,
    Promised,
    PromiseState,
    Received,
    deadline_of,
    enough_for,
    judge,
)
from collections_app.promises.models import Promise, PromiseEvent
from collections_app.promises.receipts import receipts_of
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from core.facts.among import among_ids
from core.facts.announcements import announce
from core.facts.copying import copy_rows
from loans.portfolios.models import Portfolio
from loans.portfolios.queries import working_days_of

#: Loans judged with one set of queries.
CHUNK: Final = 500
_ONE_DAY: Final = timedelta(days=1)
#: What judging writes into a promise, with the types of the columns.
_WRITTEN: Final = {
    "state": "text",
    "received_amount": "numeric",
    "pending_amount": "numeric",
    "is_awaiting": "boolean",
    "judged_on": "date",
    "judged_at": "timestamptz",
    "enough_amount": "numeric",
    "deadline_on": "date",
}
#: One row of values for each promise: `bulk_update` makes a case of every value of every promise,
#: which took five sixths of the judging of a day.
_WRITE: Final = f"""
UPDATE {Promise._meta.db_table} AS promise
SET {", ".join(f"{name} = new.{name}" for name in _WRITTEN)}
FROM unnest(%s::uuid[], {", ".join(f"%s::{kind}[]" for kind in _WRITTEN.values())})
    AS new (id, {", ".join(_WRITTEN)})
WHERE promise.id = new.id
"""  # noqa: S608 - the table's and its columns' own names


@transaction.atomic
def judge_loans(
    *, loan_ids: Collection[UUID], by: Actor, over_through: date | None = None
) -> Counter[str]:
    """Judges every promise of the loans from the money on the books; twice changes nothing.

    Arguments: over_through is the last day that is over; without it the day before the business
    date of each portfolio. Only what changes is written, each change with its event. Returns how
    many promises came to which state.
    """
    counts: Counter[str] = Counter()
    for chunk in _chunks(_with_promises(loan_ids)):
        counts.update(_judge_chunk(chunk, by, over_through))
    return counts


def judge_portfolio(*, portfolio: Portfolio, on: date, by: Actor) -> Counter[str]:
    """Judges the open promises of a portfolio at the end of a day; see `judge_loans`."""
    waiting = Promise.objects.open().filter(loan__portfolio=portfolio).order_by()
    loan_ids = list(waiting.values_list("loan_id", flat=True).distinct())
    return judge_loans(loan_ids=loan_ids, by=by, over_through=on)


def set_terms(promise: Promise, portfolio: Portfolio) -> None:
    """Writes the portfolio's terms into a promise that has none yet: its last day, its least."""
    if promise.deadline_on is None:
        days = portfolio.promise_grace_days
        promise.deadline_on = deadline_of(promise.due_on, days, working_days_of(portfolio))
    if promise.enough_amount is None:
        tolerance = portfolio.promise_tolerance_fraction
        promise.enough_amount = enough_for(promise.amount, tolerance)


def _with_promises(loan_ids: Collection[UUID]) -> list[UUID]:
    found = Promise.objects.filter(among_ids("loan_id", loan_ids)).order_by("loan_id")
    return list(found.values_list("loan_id", flat=True).distinct())


def _chunks(loan_ids: Sequence[UUID]) -> Iterable[Sequence[UUID]]:
    return (loan_ids[at : at + CHUNK] for at in range(0, len(loan_ids), CHUNK))


def _judge_chunk(loan_ids: Sequence[UUID], by: Actor, over_through: date | None) -> Counter[str]:
    portfolios = _lock_promises(loan_ids)
    by_loan = _standing_promises(loan_ids)
    if not by_loan:
        return Counter()
    since = min(row.made_at for _key, rows in by_loan for row in rows)
    # A day earlier than the earliest promise anywhere on earth.
    money = receipts_of([key for key, _rows in by_loan], since=since.date() - _ONE_DAY)
    changed: list[Promise] = []
    for loan_id, promises in by_loan:
        portfolio = portfolios[loan_id]
        through = over_through or portfolio.business_date - _ONE_DAY
        changed += _judge_loan(portfolio, promises, money.get(loan_id, []), through)
    _store(changed, portfolios, by)
    return Counter(promise.state for promise in changed)


def _lock_promises(loan_ids: Sequence[UUID]) -> dict[UUID, Portfolio]:
    """Locks the promises of the loans against whoever judges the same; tells their portfolios.

    They are read after the lock is held: what another one wrote in the meantime is seen.
    """
    locked = Promise.objects.filter(among_ids("loan_id", loan_ids)).select_for_update(of=("self",))
    of_loans = dict(locked.order_by("pk").values_list("loan_id", "loan__portfolio_id"))
    # Once each, however many promises there are.
    read = Portfolio.objects.select_related("holiday_calendar").in_bulk(set(of_loans.values()))
    return {loan_id: read[portfolio_id] for loan_id, portfolio_id in of_loans.items()}


def _standing_promises(loan_ids: Sequence[UUID]) -> list[tuple[UUID, list[Promise]]]:
    """The promises that were not taken back, by loan."""
    by_loan: dict[UUID, list[Promise]] = defaultdict(list)
    standing = Promise.objects.filter(among_ids("loan_id", loan_ids)).exclude(
        state=PromiseState.CANCELLED
    )
    for promise in standing.order_by("pk"):
        by_loan[promise.loan_id].append(promise)
    return sorted(by_loan.items())


def _judge_loan(
    portfolio: Portfolio, promises: Sequence[Promise], money: Sequence[Received], through: date
) -> list[Promise]:
    """Judges one loan's promises and returns those that changed, not stored yet."""
    had_terms = {promise.pk: promise.deadline_on is not None for promise in promises}
    zone = ZoneInfo(portfolio.time_zone)
    for promise in promises:
        set_terms(promise, portfolio)
    found = judge([_promised(row, zone) for row in promises], money, over_through=through)
    now = clock.now()
    return [
        promise
        for promise in promises
        if _apply(promise, found[promise.pk], through, now) or not had_terms[promise.pk]
    ]


def _promised(promise: Promise, zone: ZoneInfo) -> Promised:
    assert promise.deadline_on is not None
    assert promise.enough_amount is not None
    return Promised(
        key=promise.pk,
        amount=promise.amount,
        enough_amount=promise.enough_amount,
        made_at=promise.made_at,
        made_on=promise.made_at.astimezone(zone).date(),
        due_on=promise.due_on,
        deadline_on=promise.deadline_on,
        judged_on=promise.judged_on,
    )


def _apply(promise: Promise, found: Judgement, through: date, now: datetime) -> bool:
    """Puts a judgement on the row; says whether it is another one than before."""
    stood = (
        *(promise.state, promise.received_amount),
        *(promise.pending_amount, promise.is_awaiting),
    )
    if stood == (found.state, found.received_amount, found.pending_amount, found.is_awaiting):
        return False
    if promise.state != found.state:
        promise.judged_at = now
    promise.state, promise.is_awaiting = found.state, found.is_awaiting
    promise.received_amount = found.received_amount
    promise.pending_amount = found.pending_amount
    promise.judged_on = max(through, promise.judged_on or through)
    return True


def _store(changed: Sequence[Promise], portfolios: Mapping[UUID, Portfolio], by: Actor) -> None:
    if not changed:
        return
    with connection.cursor() as cursor:
        columns = [[getattr(promise, name) for promise in changed] for name in _WRITTEN]
        cursor.execute(_WRITE, [[promise.pk for promise in changed], *columns])
    judged = [promise for promise in changed if promise.judged_on is not None]
    copy_rows(
        [
            PromiseEvent(
                promise=promise,
                state=promise.state,
                by=by.label,
                received_amount=promise.received_amount,
                pending_amount=promise.pending_amount,
                judged_on=promise.judged_on,
            )
            for promise in judged
        ]
    )
    if judged:
        announce(PromiseEvent.TOPIC)
    by_portfolio: dict[UUID, Counter[str]] = defaultdict(Counter)
    for promise in judged:
        by_portfolio[portfolios[promise.loan_id].pk][promise.state] += 1
    for portfolio_id, states in by_portfolio.items():
        record(
            action="promise.judged",
            by=by,
            object_type="loans.Portfolio",
            object_id=portfolio_id,
            portfolio_id=portfolio_id,
            data={str(state): number for state, number in sorted(states.items())},
            count=sum(states.values()),
        )

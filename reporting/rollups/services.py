"""Keeping the read models from facts, and making them anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from django.db import connection, transaction

from collections_app.close.models import CloseDone, CloseRun
from collections_app.promises.models import PromiseEvent
from compliance.attempts.models import Attempt, Settlement, Verdict
from core import clock
from core.facts.services import consume
from core.locks import Lock, advisory_lock
from loans.portfolios.models import Portfolio
from loans.repayments.models import Repayment, RepaymentStateChange, Reversal
from reporting.rollups.books import sum_day, take_lines
from reporting.rollups.event_sql import ATTEMPTS, GATE_STOPS, MONEY, PROMISES, STORE, SUM_EVENTS
from reporting.rollups.models import BookDay, EventRollup

#: Facts of one batch; each is one statement.
BATCH: Final = 2_000


@transaction.atomic
def take_book(
    *,
    portfolio: Portfolio,
    on: dt.date,
    closed_at: dt.datetime | None = None,
    known_at: dt.datetime | None = None,
) -> bool:
    """Takes the books of a portfolio as they were known when a day was closed.

    Arguments: closed_at, when the close ended (clock of the application), known_at the same by
    the clock of the database; without them every loan is replayed with all that is known today.
    Days are taken in their order. Returns False, and changes nothing, for a day that was taken
    already or lies before the last one taken.
    """
    advisory_lock(Lock.ROLLUP, portfolio.pk)
    latest = BookDay.objects.filter(portfolio=portfolio).order_by("-on").first()
    if latest is not None and latest.on >= on:
        return False
    take_lines(portfolio=portfolio, on=on, closed_at=closed_at, known_at=known_at)
    BookDay.objects.create(portfolio=portfolio, on=on, known_at=known_at or clock.now())
    sum_day(portfolio=portfolio, on=on)
    return True


@transaction.atomic
def rebuild(*, portfolio: Portfolio, on: dt.date) -> None:
    """Makes the figures of one day of a portfolio anew, by set.

    A day whose books were taken is summed again from its lines, which keep what was known at its
    close. The day of the last close, not taken yet, is taken from the stored positions; any other
    later day is replayed loan by loan.
    """
    advisory_lock(Lock.ROLLUP, portfolio.pk)
    if not BookDay.objects.filter(portfolio=portfolio, on=on).exists():
        is_last_close = on == portfolio.business_date - dt.timedelta(days=1)
        now = clock.now() if is_last_close else None
        if take_book(portfolio=portfolio, on=on, closed_at=now, known_at=now):
            return
        raise ValueError(
            f"{portfolio.code}: a later day than {on} was taken; its books are not known any more."
        )
    sum_day(portfolio=portfolio, on=on)


@transaction.atomic
def rebuild_events(*, portfolio: Portfolio) -> None:
    """Reads all events of a portfolio from their facts again and sums them anew, by set.

    Lines that are known keep whose they are; missing ones are added.
    """
    advisory_lock(Lock.ROLLUP, "events")
    by_loan = "loan.portfolio_id = %(portfolio)s"
    for reading, only in (
        (MONEY, by_loan),
        (ATTEMPTS, "fact.portfolio_id = %(portfolio)s"),
        (GATE_STOPS, by_loan),
        (PROMISES, by_loan),
    ):
        _store(reading, only, {"portfolio": portfolio.pk})
    EventRollup.objects.filter(portfolio=portfolio).delete()
    with connection.cursor() as cursor:
        cursor.execute(SUM_EVENTS, {"portfolio": portfolio.pk})


def _store(reading: str, only: str, parameters: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(STORE.format(reading=reading.format(only=only)), parameters)


def _store_of(reading: str, keys: Sequence[Any], cast: str) -> None:
    """Stores the events of some facts. Several consumers write the same lines, one at a time."""
    advisory_lock(Lock.ROLLUP, "events")
    _store(reading, f"fact.id = ANY(%(ids)s::{cast}[])", {"ids": sorted({str(k) for k in keys})})


# -- consumers of facts, named in settings.FACT_CONSUMERS; each call is one batch ------------------


def follow_closes() -> int:
    """Takes the books of days that were closed."""
    return consume(consumer="reporting.closes", model=CloseDone, handler=_follow_closes, limit=1)


def _follow_closes(facts: Sequence[CloseDone]) -> None:
    for fact in facts:
        run = CloseRun.objects.get(portfolio=fact.portfolio_id, business_date=fact.business_date)
        take_book(
            portfolio=Portfolio.objects.get(pk=fact.portfolio_id),
            on=fact.business_date,
            closed_at=run.finished_at,
            known_at=fact.known_at,
        )


def follow_repayments() -> int:
    """Counts money that came in."""
    return consume(
        consumer="reporting.repayments",
        model=Repayment,
        handler=lambda facts: _store_of(MONEY, [fact.pk for fact in facts], "bigint"),
        limit=BATCH,
    )


def follow_repayment_states() -> int:
    """Notes that pending money settled, or that it was returned."""
    return consume(
        consumer="reporting.repayment_states",
        model=RepaymentStateChange,
        handler=lambda facts: _store_of(MONEY, [fact.repayment_id for fact in facts], "bigint"),
        limit=BATCH,
    )


def follow_reversals() -> int:
    """Notes that money was taken back as never received."""
    return consume(
        consumer="reporting.reversals",
        model=Reversal,
        handler=lambda facts: _store_of(
            MONEY, [fact.of_id for fact in facts if fact.of_kind == "repayment"], "bigint"
        ),
        limit=BATCH,
    )


def follow_attempts() -> int:
    """Counts contacts that were made."""
    return consume(
        consumer="reporting.attempts",
        model=Attempt,
        handler=lambda facts: _store_of(ATTEMPTS, [fact.pk for fact in facts], "uuid"),
        limit=BATCH,
    )


def follow_settlements() -> int:
    """Notes how contacts ended, also when that is corrected."""
    return consume(
        consumer="reporting.settlements",
        model=Settlement,
        handler=lambda facts: _store_of(ATTEMPTS, [fact.attempt_id for fact in facts], "uuid"),
        limit=BATCH,
    )


def follow_verdicts() -> int:
    """Counts contacts that the gate refused."""
    return consume(
        consumer="reporting.verdicts",
        model=Verdict,
        handler=lambda facts: _store_of(
            GATE_STOPS, [fact.pk for fact in facts if not fact.is_allowed], "uuid"
        ),
        limit=BATCH,
    )


def follow_promises() -> int:
    """Counts promises taken, and how those that fell due were judged."""
    return consume(
        consumer="reporting.promises",
        model=PromiseEvent,
        handler=lambda facts: _store_of(PROMISES, [fact.promise_id for fact in facts], "uuid"),
        limit=BATCH,
    )

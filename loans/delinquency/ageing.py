"""Ageing a portfolio to a business date: only the loans on which the passing of days shows."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from core import clock
from core.facts.announcements import announce
from core.jobs.failpoints import failpoint
from loans.contracts.models import Loan
from loans.delinquency.ageing_sql import AGE_POSITIONS, PLANNED_AS, PLANNED_AS_USUAL
from loans.delinquency.conventions import BucketDays, Conventions, PauseCounting
from loans.delinquency.due_loans import ALL, DueLoans, Shard
from loans.delinquency.models import PositionChange
from loans.delinquency.refresh import SetAside, lock_loan_array, refresh_loans, uuid_array
from loans.delinquency.summary import bucket_code
from loans.portfolios.models import Portfolio
from loans.portfolios.queries import conventions_by_product

#: Replaying holds the facts of a chunk in memory; ageing holds only identifiers.
REPLAY_CHUNK = 1000
AGE_CHUNK = 50_000
CAUSE = "close"


@dataclass(slots=True)
class AgeingCounts:
    """What ageing did: loans looked at, rows changed, buckets changed, loans that failed."""

    aged: int = 0
    changed: int = 0
    bucket_moves: int = 0
    replayed: int = 0
    set_aside: list[SetAside] = field(default_factory=list)


class SharedByShards:
    """What all shards of one day need and is read once: asked for by the first that needs it.

    Shards that run at once are given it after `read`. For placed_before see `DueLoans`.
    """

    def __init__(
        self, *, portfolio: Portfolio, on: dt.date, placed_before: UUID | None = None
    ) -> None:
        self._portfolio = portfolio
        self.due = DueLoans(portfolio=portfolio, on=on, placed_before=placed_before)

    def read(self) -> int:
        """Reads all of it now; returns how many loans the day has to look at."""
        return self.due.count() if self.counting else 0

    @cached_property
    def counting(self) -> dict[str, list[Any]]:
        """How each product of the portfolio counts days, as the statement wants it."""
        products = self._portfolio.products.values_list("pk", flat=True)
        return _counting(conventions_by_product(list(products)))


def age_portfolio(
    *,
    portfolio: Portfolio,
    on: dt.date,
    shard: Shard = ALL,
    shared: SharedByShards | None = None,
) -> AgeingCounts:
    """Brings every position of a portfolio to the end of `on`; a second run changes nothing.

    Arguments: shard as (index, of) takes only that share of the loans; shared, what the shards of
    the day have in common. Without it the shards before this one are done, so that what is still
    due is that of this one and those after it. Each chunk is a transaction of its own,
    unless the caller holds one, as the close does for each shard; either way a run that was killed
    goes on where it stopped. Loans on which a known fact takes effect, that missed a day, failed
    before or were never replayed are replayed; the others are aged by one statement for each chunk.
    """
    counts = AgeingCounts()
    if shared is None:
        shared = SharedByShards(portfolio=portfolio, on=on)
        shard = (0, shard[1] - shard[0])
    for chunk in _chunks(shared.due.to_replay(shard), REPLAY_CHUNK):
        outcome = refresh_loans(loan_ids=chunk, cause=CAUSE, as_of=on)
        counts.aged += len(chunk)
        counts.replayed += outcome.refreshed
        counts.changed += outcome.changed
        counts.set_aside.extend(outcome.set_aside)
        failpoint("ageing.after_replayed_chunk")
    for loan_ids, loans in shared.due.to_age(shard, at_once=AGE_CHUNK):
        _age(counts, loan_ids, on, shared.counting)
        counts.aged += loans
        failpoint("ageing.after_aged_chunk")
    return counts


def age_loans(counts: AgeingCounts, *, loan_ids: Collection[UUID], on: dt.date) -> None:
    """Ages positions by set, from the rows that replay stored, and notes the bucket moves.

    The loans must have no fact that takes effect between their last replay and `on`. One whose
    numbers do not follow due dates stays as it is when an instalment falls due: replay it.
    """
    products = Loan.objects.filter(pk__in=loan_ids).values_list("product_id", flat=True).distinct()
    _age(counts, uuid_array(loan_ids), on, _counting(conventions_by_product(list(products))))
    counts.aged += len(loan_ids)


# Without a savepoint: whoever holds a transaction already undoes all of it when this fails.
@transaction.atomic(savepoint=False)
def _age(
    counts: AgeingCounts, loan_ids: str, on: dt.date, counting: Mapping[str, list[Any]]
) -> None:
    lock_loan_array(loan_ids)
    with connection.cursor() as cursor:
        arguments: dict[str, Any] = {**counting, "on": on, "now": clock.now(), "loan_ids": loan_ids}
        cursor.execute(f"{PLANNED_AS}; {AGE_POSITIONS}", arguments)
        changed, moves, is_told = cursor.fetchone()
        cursor.execute(PLANNED_AS_USUAL)
    counts.changed += changed
    counts.bucket_moves += moves
    if is_told:
        announce(PositionChange.TOPIC)


def _counting(conventions: Mapping[UUID, Conventions]) -> dict[str, list[Any]]:
    rows = [(str(product_id), counting) for product_id, counting in conventions.items()]
    steps = [(product, *step) for product, counting in rows for step in _bucket_steps(counting)]
    return {
        "product_ids": [product for product, _counting in rows],
        "first_days": [int(counting.due_day_counts) for _product, counting in rows],
        "all_pauses": [c.pause_counting is PauseCounting.ALL for _product, c in rows],
        "grace_days": [counting.grace_days for _product, counting in rows],
        "grace_off": [counting.grace_reduces_delinquent_days for _product, counting in rows],
        "by_delinquent_days": [c.bucket_days is BucketDays.DELINQUENT_DAYS for _product, c in rows],
        "step_products": [product for product, _day, _code, _next in steps],
        "step_days": [day for _product, day, _code, _next in steps],
        "step_codes": [code for _product, _day, code, _next in steps],
        "step_nexts": [following for _product, _day, _code, following in steps],
    }


def _bucket_steps(counting: Conventions) -> Iterator[tuple[int, str, int | None]]:
    """Every day count from which the bucket is another: with its code, and where the next begins.

    A count that no bucket holds has an empty code.
    """
    begins = {bucket.min_days for bucket in counting.buckets}
    ends = {bucket.max_days + 1 for bucket in counting.buckets if bucket.max_days is not None}
    for days in sorted({0} | begins | ends):
        above = [begin for begin in begins if begin > days]
        yield days, bucket_code(days, counting), min(above, default=None)


def _chunks(loan_ids: Iterable[UUID], size: int) -> Iterator[list[UUID]]:
    left = iter(loan_ids)
    while chunk := list(itertools.islice(left, size)):
        yield chunk

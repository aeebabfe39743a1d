"""Ageing a portfolio to a business date: only the loans on which the passing of days shows."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from core import clock
from core.facts.announcements import announce
from core.jobs.failpoints import failpoint
from loans.delinquency.ageing_sql import AGE_POSITIONS, MOVE_STAYS_IN, MOVE_STAYS_OUT
from loans.delinquency.conventions import BucketDays, Conventions, PauseCounting
from loans.delinquency.models import PositionChange
from loans.delinquency.refresh import SetAside, lock_loans, refresh_loans
from loans.portfolios.models import Portfolio
from loans.portfolios.queries import conventions_by_product

CHUNK = 1000
CAUSE = "close"

Shard = tuple[int, int]


@dataclass(slots=True)
class AgeingCounts:
    """What ageing did: loans looked at, rows changed, buckets changed, loans that failed."""

    aged: int = 0
    changed: int = 0
    bucket_moves: int = 0
    replayed: int = 0
    set_aside: list[SetAside] = field(default_factory=list)


def age_portfolio(*, portfolio: Portfolio, on: dt.date, shard: Shard | None = None) -> AgeingCounts:
    """Brings every position of a portfolio to the end of `on`; a second run changes nothing.

    Arguments: shard as (index, of) takes only the loans of that share. Each chunk is a
    transaction of its own, unless the caller holds one, as the close does for each shard; either
    way a run that was killed goes on where it stopped. Loans on which a known fact takes
    effect, that missed a day, failed before or were never replayed are replayed; the others are
    aged by one statement for each chunk.
    """
    counts = AgeingCounts()
    for chunk in _chunks(_to_replay(portfolio, on, shard)):
        outcome = refresh_loans(loan_ids=chunk, cause=CAUSE, as_of=on)
        counts.aged += len(chunk)
        counts.replayed += outcome.refreshed
        counts.changed += outcome.changed
        counts.set_aside.extend(outcome.set_aside)
        failpoint("ageing.after_replayed_chunk")
    for chunk in _chunks(_to_age(portfolio, on, shard)):
        age_loans(counts, loan_ids=chunk, on=on)
        failpoint("ageing.after_aged_chunk")
    return counts


@transaction.atomic
def age_loans(counts: AgeingCounts, *, loan_ids: Collection[UUID], on: dt.date) -> None:
    """Ages positions by set, from the rows that replay stored, and notes the bucket moves.

    The loans must have no fact that takes effect between their last replay and `on`.
    """
    lock_loans(loan_ids)
    with connection.cursor() as cursor:
        cursor.execute(AGE_POSITIONS, _parameters(loan_ids, on))
        changed = cursor.fetchall()
        moved = [(loan_id, after) for loan_id, before, after, _told in changed if before != after]
        if moved:
            arguments: dict[str, Any] = {
                "on": on,
                "now": clock.now(),
                "loan_ids": [str(loan_id) for loan_id, _bucket in moved],
                "buckets": [bucket for _loan_id, bucket in moved],
            }
            cursor.execute(MOVE_STAYS_OUT, arguments)
            cursor.execute(MOVE_STAYS_IN, arguments)
    counts.aged += len(loan_ids)
    counts.changed += len(changed)
    counts.bucket_moves += len(moved)
    if any(told for *_row, told in changed):
        announce(PositionChange.TOPIC)


def _parameters(loan_ids: Collection[UUID], on: dt.date) -> dict[str, Any]:
    ids = [str(loan_id) for loan_id in loan_ids]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT product_id FROM loans_loan WHERE id = ANY(%s::uuid[])", [ids]
        )
        products = [product_id for (product_id,) in cursor.fetchall()]
    return {"on": on, "loan_ids": ids} | _counting(conventions_by_product(products))


def _counting(conventions: Mapping[UUID, Conventions]) -> dict[str, list[Any]]:
    rows = [(str(product_id), counting) for product_id, counting in conventions.items()]
    buckets = [(product, bucket) for product, counting in rows for bucket in counting.buckets]
    return {
        "product_ids": [product for product, _counting in rows],
        "first_days": [int(counting.due_day_counts) for _product, counting in rows],
        "all_pauses": [c.pause_counting is PauseCounting.ALL for _product, c in rows],
        "grace_days": [counting.grace_days for _product, counting in rows],
        "grace_off": [counting.grace_reduces_delinquent_days for _product, counting in rows],
        "by_delinquent_days": [c.bucket_days is BucketDays.DELINQUENT_DAYS for _product, c in rows],
        "bucket_products": [product for product, _bucket in buckets],
        "bucket_codes": [bucket.code for _product, bucket in buckets],
        "bucket_mins": [bucket.min_days for _product, bucket in buckets],
        "bucket_maxes": [bucket.max_days for _product, bucket in buckets],
    }


def _to_replay(portfolio: Portfolio, on: dt.date, shard: Shard | None) -> list[UUID]:
    """Loans whose later state does not follow from their stored rows alone."""
    return _select(
        """
        SELECT loan.id FROM loans_loan AS loan
        LEFT JOIN loans_position AS position ON position.loan_id = loan.id
        WHERE loan.portfolio_id = %(portfolio)s AND (
            position.loan_id IS NULL OR position.is_set_aside
            OR (position.next_transition_on <= %(on)s AND (
                position.next_transition_on < %(on)s OR position.facts_ahead[1] <= %(on)s)))
        """,
        portfolio,
        on,
        shard,
    )


def _to_age(portfolio: Portfolio, on: dt.date, shard: Shard | None) -> list[UUID]:
    return _select(
        """
        SELECT position.loan_id AS id FROM loans_position AS position
        WHERE position.portfolio_id = %(portfolio)s AND position.next_transition_on = %(on)s
            AND NOT position.is_set_aside
        """,
        portfolio,
        on,
        shard,
    )


def _select(sql: str, portfolio: Portfolio, on: dt.date, shard: Shard | None) -> list[UUID]:
    """Runs a selection of loan ids, narrowed to a shard by the random end of the id."""
    index, of = shard or (0, 1)
    sharded = f"""
        SELECT id FROM ({sql}) AS chosen
        WHERE ('x' || right(id::text, 7))::bit(28)::int %% %(of)s = %(index)s
        ORDER BY id
    """  # noqa: S608 - sql is one of the two constants above
    with connection.cursor() as cursor:
        cursor.execute(sharded, {"portfolio": portfolio.pk, "on": on, "of": of, "index": index})
        return [loan_id for (loan_id,) in cursor.fetchall()]


def _chunks(loan_ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    left = iter(loan_ids)
    while chunk := list(itertools.islice(left, CHUNK)):
        yield chunk

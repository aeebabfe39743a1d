"""The loans of a portfolio on which the passing of a day shows, read once and dealt to shards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cached_property
from typing import Final
from uuid import UUID

from django.db import connection

from loans.contracts.models import Loan
from loans.portfolios.models import Portfolio

Shard = tuple[int, int]
ALL: Final[Shard] = (0, 1)

#: By the indexes on the next transition and on set-aside loans. Those to replay are those whose
#: later state is not in their rows alone: a fact takes effect, a day was missed, the last replay
#: failed, or the instalments to come cannot be told by their numbers.
_DUE: Final = """
SELECT must_replay, string_agg(loan_id::text, ',' ORDER BY loan_id)
FROM (
    SELECT loan_id, is_set_aside OR next_transition_on < %(on)s
        OR coalesce(facts_ahead[1] <= %(on)s, false)
        OR (next_due_number IS NULL AND coalesce(next_due_on <= %(on)s, false)) AS must_replay
    FROM loans_position
    WHERE portfolio_id = %(portfolio)s AND (next_transition_on <= %(on)s OR is_set_aside)
) AS due
GROUP BY must_replay
"""
#: An id as text, and the comma behind it: all are of one length, so a share is cut, not parsed.
_WIDTH: Final = 37


class DueLoans:
    """What the end of a day has to look at. Read when first asked for, once for all shards.

    Ids rise with the age of the loan, and rows lie as they came: each shard is a stretch of them,
    so it reads and writes pages that no other shard touches. Who ages these loans looks again at
    each under its lock: what happened meanwhile counts.

    Arguments: placed_before, an id below which every loan that stands was replayed once, for its
    position stays; without it all loans are looked through.
    """

    def __init__(
        self, *, portfolio: Portfolio, on: dt.date, placed_before: UUID | None = None
    ) -> None:
        self._portfolio = portfolio
        self._on = on
        self._placed_before = placed_before

    def count(self) -> int:
        """Returns how many they are."""
        return sum(map(_count, self._ids.values())) + len(self._unplaced)

    def to_replay(self, shard: Shard = ALL) -> list[UUID]:
        """Returns the loans of a shard, (index, of), that ageing by set cannot bring on."""
        ids = self._ids.get(True, "")
        start, end = _stretch(shard, _count(ids))
        first, last = _stretch(shard, len(self._unplaced))
        placed = [UUID(one) for one in _cut(ids, start, end).split(",") if one]
        return placed + self._unplaced[first:last]

    def to_age(self, shard: Shard = ALL, *, at_once: int) -> Iterator[tuple[str, int]]:
        """Yields the others as array literals of at most `at_once` ids, with how many each holds.

        The ids stay one text, which nobody here needs to read.
        """
        ids = self._ids.get(False, "")
        start, end = _stretch(shard, _count(ids))
        for at in range(start, end, at_once):
            upto = min(at + at_once, end)
            yield "{" + _cut(ids, at, upto) + "}", upto - at

    @cached_property
    def _ids(self) -> dict[bool, str]:
        with connection.cursor() as cursor:
            cursor.execute(_DUE, {"portfolio": self._portfolio.pk, "on": self._on})
            return dict(cursor.fetchall())

    @cached_property
    def _unplaced(self) -> list[UUID]:
        """Loans that were never replayed, which only an import cut short leaves behind.

        One that comes in later is placed by its own import, or found by the next close.
        """
        loans = Loan.objects.standing().filter(portfolio=self._portfolio, position__isnull=True)
        if self._placed_before is not None:
            loans = loans.filter(pk__gte=self._placed_before)
        return list(loans.order_by("pk").values_list("pk", flat=True))


def _count(ids: str) -> int:
    return (len(ids) + 1) // _WIDTH


def _cut(ids: str, start: int, end: int) -> str:
    return ids[start * _WIDTH : max(end * _WIDTH - 1, 0)]


def _stretch(shard: Shard, count: int) -> tuple[int, int]:
    index, of = shard
    return count * index // of, count * (index + 1) // of

"""The loans of a portfolio on which the passing of a day shows, read once and dealt to shards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
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
#: failed, or the instalments to come cannot be told by their numbers. The last byte of an id is
#: random: it says to which shard a loan belongs.
_DUE: Final = """
SELECT last_byte, must_replay, string_agg(loan_id::text, ','), count(*)
FROM (
    SELECT loan_id, get_byte(uuid_send(loan_id), 15) AS last_byte,
        is_set_aside OR next_transition_on < %(on)s
        OR coalesce(facts_ahead[1] <= %(on)s, false)
        OR (next_due_number IS NULL AND coalesce(next_due_on <= %(on)s, false)) AS must_replay
    FROM loans_position
    WHERE portfolio_id = %(portfolio)s AND (next_transition_on <= %(on)s OR is_set_aside)
) AS due
GROUP BY last_byte, must_replay
"""


@dataclass(frozen=True, slots=True)
class _Group:
    """Loans whose ids end in one byte; the ids stay one text, which nobody here needs to read."""

    last_byte: int
    must_replay: bool
    ids: str
    loans: int


class DueLoans:
    """What the end of a day has to look at. Read when first asked for, once for all shards.

    Who ages these loans looks again at each under its lock: what happened meanwhile counts.
    """

    def __init__(self, *, portfolio: Portfolio, on: dt.date) -> None:
        self._portfolio = portfolio
        self._on = on

    def count(self) -> int:
        """Returns how many they are."""
        return sum(group.loans for group in self._groups) + len(self._unplaced)

    def to_replay(self, shard: Shard = ALL) -> list[UUID]:
        """Returns the loans of a shard, (index, of), that ageing by set cannot bring on."""
        index, of = shard
        ids = [one for g in self._of(shard) if g.must_replay for one in g.ids.split(",")]
        unplaced = [loan_id for loan_id in self._unplaced if loan_id.bytes[-1] % of == index]
        return [UUID(one) for one in ids] + unplaced

    def to_age(self, shard: Shard = ALL, *, at_once: int) -> Iterator[tuple[str, int]]:
        """Yields the others as array literals of about `at_once` ids, with how many each holds."""
        ids: list[str] = []
        loans = 0
        for group in self._of(shard):
            if not group.must_replay:
                ids.append(group.ids)
                loans += group.loans
            if loans >= at_once:
                yield "{" + ",".join(ids) + "}", loans
                ids, loans = [], 0
        if ids:
            yield "{" + ",".join(ids) + "}", loans

    def _of(self, shard: Shard) -> Iterator[_Group]:
        index, of = shard
        return (group for group in self._groups if group.last_byte % of == index)

    @cached_property
    def _groups(self) -> list[_Group]:
        with connection.cursor() as cursor:
            cursor.execute(_DUE, {"portfolio": self._portfolio.pk, "on": self._on})
            return [_Group(*row) for row in cursor.fetchall()]

    @cached_property
    def _unplaced(self) -> list[UUID]:
        """Loans that were never replayed, which only an import cut short leaves behind.

        Looking for them reads the keys of all loans. One that comes in later is placed by its own
        import, or found by the next close.
        """
        loans = Loan.objects.standing().filter(portfolio=self._portfolio, position__isnull=True)
        return list(loans.order_by("pk").values_list("pk", flat=True))

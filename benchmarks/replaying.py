"""Replaying one loan, as happens whenever a fact lands on it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from statistics import median, quantiles
from uuid import UUID

from benchmarks.figures import Figure
from benchmarks.replaying_floor import DERIVED, FACTS, read_seconds
from benchmarks.stage import Stage
from loans.contracts.models import Loan
from loans.delinquency.loading import load_facts
from loans.delinquency.projection import project
from loans.delinquency.services import refresh_loans

SAMPLE = 300


def measure(stage: Stage) -> Iterator[Figure]:
    """Yields the milliseconds of one loan: its facts replayed, and its stored rows refreshed."""
    with stage.book(stage.largest), closing(stage.connect()) as plain:
        step = max(1, Loan.objects.count() // SAMPLE)
        loan_ids = list(Loan.objects.order_by("pk").values_list("pk", flat=True)[::step][:SAMPLE])
        for name, act, tables in (
            ("replay of one loan, facts to figures", _replay, FACTS),
            ("replay of one loan, stored rows refreshed", _refresh, (*FACTS, *DERIVED)),
        ):
            _timed(act, loan_ids)  # warm: the second round is measured, on both sides
            taken = _timed(act, loan_ids)
            read_seconds(plain, tables=tables, loan_ids=loan_ids)
            floor = read_seconds(plain, tables=tables, loan_ids=loan_ids)
            yield Figure(
                name=name,
                measured=1000 * median(taken),
                floor=1000 * median(floor),
                unit="ms",
                limited_by="Python: Decimal arithmetic and one query for each kind of fact",
                details={
                    "p95_ms": round(1000 * quantiles(taken, n=20)[-1], 2),
                    "floor_p95_ms": round(1000 * quantiles(floor, n=20)[-1], 2),
                    "loans": len(loan_ids),
                },
            )


def _timed(act: Callable[[UUID], None], loan_ids: list[UUID]) -> list[float]:
    taken = []
    for loan_id in loan_ids:
        begun = time.perf_counter()
        act(loan_id)
        taken.append(time.perf_counter() - begun)
    return taken


def _replay(loan_id: UUID) -> None:
    for facts in load_facts([loan_id]).values():
        project(facts)


def _refresh(loan_id: UUID) -> None:
    refresh_loans(loan_ids=[loan_id], cause="benchmark")

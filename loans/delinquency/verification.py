"""Recomputes what is stored from the facts alone and lists every difference."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from loans.contracts.models import Loan
from loans.delinquency.derived_rows import stored_allocations, stored_instalments
from loans.delinquency.history import StoredStay, stored_stays
from loans.delinquency.loading import LoanFacts, load_facts
from loans.delinquency.models import Position
from loans.delinquency.projection import POSITION_COLUMNS, Projection, project
from loans.portfolios.models import Portfolio

CHUNK = 1000
#: Says only when the row was last written.
_NOT_COMPARED = frozenset({"aged_on", "facts_ahead"})


@dataclass(frozen=True, slots=True)
class PositionMismatch:
    """One figure that is not what the facts give."""

    loan_id: UUID
    contract_no: str
    figure: str
    stored: str
    computed: str

    def __str__(self) -> str:
        return f"{self.contract_no} {self.figure}: stored {self.stored}, facts give {self.computed}"


def verify_portfolio(
    *, portfolio: Portfolio, progress: Callable[[int], None] | None = None
) -> list[PositionMismatch]:
    """Compares all that is stored for the loans of a portfolio with what their facts give.

    Writes nothing. Each chunk is read in one snapshot, so that money arriving meanwhile is no
    difference. Arguments: progress is told how many loans are done.
    """
    loans = Loan.objects.standing().filter(portfolio=portfolio)
    ids = list(loans.order_by("pk").values_list("pk", flat=True))
    found: list[PositionMismatch] = []
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        found.extend(verify_loans(chunk))
        if progress is not None:
            progress(start + len(chunk))
    return found


def verify_loans(loan_ids: Collection[UUID]) -> list[PositionMismatch]:
    """Compares some loans; see `verify_portfolio`."""
    with transaction.atomic():
        if not connection.in_atomic_block or len(connection.savepoint_ids) == 0:
            _read_one_snapshot()
        return list(_verify(loan_ids))


def _read_one_snapshot() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _verify(loan_ids: Collection[UUID]) -> Iterator[PositionMismatch]:
    names = dict(Loan.objects.filter(pk__in=loan_ids).values_list("pk", "contract_no"))
    positions = {row["pk"]: row for row in _positions(loan_ids)}
    instalments = _by_loan(stored_instalments(loan_ids))
    allocations = _by_loan(stored_allocations(loan_ids))
    stays = stored_stays(loan_ids)
    for loan_id, facts in load_facts(loan_ids).items():
        stored = positions.get(loan_id)
        wanted = _try_project(facts, _aged_to(facts, stored))
        if isinstance(wanted, str):
            if stored is None or not stored["is_set_aside"]:
                yield PositionMismatch(loan_id, names[loan_id], "replay", "accepted", wanted)
            continue
        differing = [
            *_compare_position(wanted, stored),
            *_compare_lines("instalment", wanted.instalments, instalments[str(loan_id)]),
            *_compare_lines("allocation", wanted.allocations, allocations[str(loan_id)]),
            *_compare_stays(wanted, stays.get(loan_id, [])),
        ]
        for figure, kept, computed in differing:
            yield PositionMismatch(loan_id, names[loan_id], figure, kept, computed)


Difference = tuple[str, str, str]


def _aged_to(facts: LoanFacts, stored: dict[str, Any] | None) -> dt.date | None:
    """The day the stored rows stand for: that of their last fact or of the last close.

    The close leaves rows at the end of its day and only then moves the books on, and it does not
    rewrite a row whose only news is one more day.
    """
    if stored is None:
        return None
    aged_on: dt.date = stored["aged_on"]
    return max(aged_on, facts.business_date - dt.timedelta(days=1))


def _try_project(facts: LoanFacts, as_of: dt.date | None) -> Projection | str:
    try:
        return project(facts, as_of=as_of)
    except (ArithmeticError, LookupError, ValueError, TypeError) as error:
        return f"{type(error).__name__}: {error}"


def _positions(loan_ids: Collection[UUID]) -> list[dict[str, Any]]:
    columns = [name for name, _type in POSITION_COLUMNS]
    rows = Position.objects.filter(pk__in=loan_ids).values("pk", "is_set_aside", *columns)
    return [dict(row) for row in rows]


def _compare_position(wanted: Projection, stored: dict[str, Any] | None) -> Iterator[Difference]:
    if stored is None:
        yield "position", "none", "one"
        return
    if stored["is_set_aside"]:
        yield "is_set_aside", "True", "False"
    for name, _type in POSITION_COLUMNS:
        if name not in _NOT_COMPARED and stored[name] != wanted.position[name]:
            yield name, str(stored[name]), str(wanted.position[name])
    ahead = [day for day in stored["facts_ahead"] if day > wanted.as_of]
    if ahead != wanted.position["facts_ahead"]:
        yield "facts_ahead", str(ahead), str(wanted.position["facts_ahead"])


def _by_loan(lines: dict[str, str]) -> dict[str, dict[str, str]]:
    """The lines by the loan their key begins with, so that each is looked at once, not by loan."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for key, line in lines.items():
        found[key.partition("\t")[0]][key] = line
    return found


def _compare_lines(
    what: str, wanted: dict[str, str], stored: dict[str, str]
) -> Iterator[Difference]:
    for key in sorted(wanted.keys() | stored.keys()):
        kept, computed = stored.get(key, "none"), wanted.get(key, "none")
        if kept != computed:
            label = " ".join([what, *key.split("\t")[1:]])
            yield label, kept.replace("\t", " "), computed.replace("\t", " ")


def _compare_stays(wanted: Projection, stored: list[StoredStay]) -> Iterator[Difference]:
    kept = [stay for _pk, stay in stored]
    if kept != wanted.stays:
        yield "bucket history", _path(kept), _path(wanted.stays)


def _path(stays: list[Any]) -> str:
    return ", ".join(f"{code} {entered} to {left or 'now'}" for code, entered, left in stays)

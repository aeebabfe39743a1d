"""Replays loans and stores what follows: the one writer of everything derived from facts.

Callers hold no lock: the loans are locked here, in the order of their ids, before their facts are
read, so two facts that land on one loan at once are replayed one after the other and both count.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import structlog
from django.db import DatabaseError, connection, transaction

from core import clock
from core.facts.announcements import announce
from core.facts.copying import NULL, copy_cell, copy_lines
from loans.delinquency.amounts import ZERO
from loans.delinquency.derived_rows import write_allocations, write_instalments
from loans.delinquency.history import write_stays
from loans.delinquency.loading import load_facts
from loans.delinquency.models import Position, PositionChange, ReplayDifference
from loans.delinquency.plain_loading import plain_projections
from loans.delinquency.projection import POSITION_COLUMNS, Projection, project

#: The cause of a refresh of loans that come into the books.
OPENING: Final = "opening"

log = structlog.get_logger(__name__)

_STORED: Final = tuple(name for name, _type in POSITION_COLUMNS)
_KEY: Final = ("loan_id", "portfolio_id")
_REPLAYED: Final = ("replayed_at", "is_set_aside", "error")
_CHANGE: Final = (
    *_KEY,
    "on",
    "cause",
    "overdue_before",
    "overdue_after",
    "oldest_before",
    "oldest_after",
)
#: A row whose only news is one more day is not rewritten.
_COMPARED: Final = tuple(name for name in _STORED if name != "aged_on")


@dataclass(frozen=True, slots=True)
class SetAside:
    """A loan whose facts could not be replayed; its last good position stands, marked."""

    loan_id: UUID
    error: str


@dataclass(slots=True)
class RefreshOutcome:
    """What a refresh did: loans replayed, loans whose stored rows changed, loans set aside."""

    refreshed: int = 0
    changed: int = 0
    set_aside: list[SetAside] = field(default_factory=list)


Arrears = tuple[Decimal, dt.date | None]


def lock_loans(loan_ids: Collection[UUID]) -> None:
    """Locks loans against other writers until the transaction ends, always in the same order."""
    lock_loan_array(uuid_array(loan_ids))


def lock_loan_array(loan_ids: str) -> None:
    """As `lock_loans`, for ids written as one array literal."""
    with connection.cursor() as cursor:
        # Weaker than FOR UPDATE: facts that refer to the loan may still be inserted elsewhere.
        cursor.execute(
            "SELECT count(*) FROM (SELECT FROM loans_loan WHERE id = ANY(%s::uuid[])"
            " ORDER BY id FOR NO KEY UPDATE) AS locked",
            [loan_ids],
        )


def uuid_array(ids: Collection[UUID]) -> str:
    """Writes ids as one array literal of PostgreSQL, for thousands of them.

    The driver writes a list as ARRAY['…', …], of which each element is parsed and cast by itself.
    """
    return "{" + ",".join([str(one) for one in ids]) + "}"


@transaction.atomic
def refresh_loans(
    *, loan_ids: Collection[UUID], cause: str, as_of: dt.date | None = None
) -> RefreshOutcome:
    """Replays the loans and stores their instalments, allocations, positions and buckets.

    Arguments: at most a few thousand ids at once (everything is held in memory); cause is a word
    for the fact that tells the apps above; as_of ages to a day other than the business date (the
    close). The number of queries does not depend on the number of loans. Of loans that are opened,
    those with nothing but a schedule and settled money are replayed in one pass, with the same
    outcome. A loan that fails is set aside and reported, the others are finished.
    """
    outcome = RefreshOutcome()
    if not loan_ids:
        return outcome
    lock_loans(loan_ids)
    plain = plain_projections(loan_ids, as_of=as_of) if cause == OPENING else {}
    projections = list(plain.values())
    left = [loan_id for loan_id in loan_ids if loan_id not in plain]
    for loan in (load_facts(left) if left else {}).values():
        try:
            projections.append(project(loan, as_of=as_of))
        except (ArithmeticError, LookupError, ValueError, TypeError) as error:
            _set_aside(outcome, loan.loan_id, error)
    _store(outcome, projections, cause)
    _mark_set_aside(outcome, as_of)
    if outcome.changed:
        announce(PositionChange.TOPIC)
    return outcome


def _store(outcome: RefreshOutcome, projections: list[Projection], cause: str) -> None:
    """Stores all at once; when the database refuses a row, each loan on its own."""
    try:
        with transaction.atomic():
            outcome.changed += _write(projections, cause)
            outcome.refreshed += len(projections)
    except DatabaseError as error:
        if len(projections) == 1:
            _set_aside(outcome, projections[0].loan_id, error)
            return
        for projection in projections:
            _store(outcome, [projection], cause)


def _set_aside(outcome: RefreshOutcome, loan_id: UUID, error: Exception) -> None:
    sentence = f"{type(error).__name__}: {error}".splitlines()[0][:300]
    outcome.set_aside.append(SetAside(loan_id, sentence))
    log.error("loan_set_aside", loan_id=str(loan_id), error=sentence)


def _write(projections: Sequence[Projection], cause: str) -> int:
    loan_ids = [projection.loan_id for projection in projections]
    now = clock.now()
    before = _stored_positions(loan_ids)
    # Everything derived is written together: what has no position yet has no other row either.
    known = [loan_id for loan_id in loan_ids if loan_id in before]
    touched = write_instalments(projections, known)
    touched += write_allocations(projections, known)
    changed = [p for p in projections if _differs(p, before.get(p.loan_id))]
    _write_positions(changed, before, now)
    write_stays(wanted={p.loan_id: p.stays for p in projections}, known=known, at=now)
    _write_differences(projections, known)
    _write_changes(changed, before, cause)
    return len(changed) or min(touched, 1)


def _stored_positions(loan_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    rows = Position.objects.filter(pk__in=loan_ids).values("pk", "is_set_aside", *_STORED)
    return {row["pk"]: row for row in rows}


def _differs(projection: Projection, stored: Mapping[str, Any] | None) -> bool:
    if stored is None or stored["is_set_aside"]:
        return True
    return any(stored[name] != projection.position[name] for name in _COMPARED)


def _write_positions(
    changed: Sequence[Projection], before: Collection[UUID], now: dt.datetime
) -> None:
    copy_lines(
        Position._meta.db_table,
        (*_KEY, *_STORED, *_REPLAYED),
        [_position_line(p, now) for p in changed if p.loan_id not in before],
    )
    Position.objects.bulk_create(
        [_position_row(p, now) for p in changed if p.loan_id in before],
        update_conflicts=True,
        unique_fields=["loan"],
        update_fields=[*_STORED, *_REPLAYED],
    )


def _position_line(projection: Projection, now: dt.datetime) -> str:
    figures = [copy_cell(projection.position[name]) for name in _STORED]
    return "\t".join(
        [str(projection.loan_id), str(projection.portfolio_id), *figures, now.isoformat(), "f", ""]
    )


def _position_row(projection: Projection, now: dt.datetime) -> Position:
    return Position(
        loan_id=projection.loan_id,
        portfolio_id=projection.portfolio_id,
        replayed_at=now,
        is_set_aside=False,
        error="",
        **projection.position,
    )


def _write_differences(projections: Sequence[Projection], known: Collection[UUID]) -> None:
    """The differences to the lender's figures: derived rows, replaced where they changed."""
    stored = {
        (loan_id, stated_id, figure, computed, stated): pk
        for pk, loan_id, stated_id, figure, computed, stated in ReplayDifference.objects.filter(
            loan__in=known
        ).values_list("pk", "loan_id", "stated_id", "field", "computed_value", "stated_value")
    }
    wanted = {(p.loan_id, *figure) for p in projections for figure in p.differences}
    gone = [pk for key, pk in stored.items() if key not in wanted]
    if gone:
        ReplayDifference.objects.filter(pk__in=gone).delete()
    ReplayDifference.objects.bulk_create(
        ReplayDifference(
            loan_id=loan_id,
            stated_id=stated_id,
            field=figure,
            computed_value=computed,
            stated_value=stated,
        )
        for loan_id, stated_id, figure, computed, stated in sorted(wanted - stored.keys())
    )


def _write_changes(
    changed: Sequence[Projection], before: Mapping[UUID, Mapping[str, Any]], cause: str
) -> None:
    lines = []
    for projection in changed:
        was, now = _arrears(before.get(projection.loan_id)), _arrears(projection.position)
        if was == now:
            continue
        owner = f"{projection.loan_id}\t{projection.portfolio_id}"
        dates = f"{was[1] or NULL}\t{now[1] or NULL}"
        lines.append(
            f"{owner}\t{projection.as_of}\t{copy_cell(cause)}\t{was[0]}\t{now[0]}\t{dates}"
        )
    copy_lines(PositionChange._meta.db_table, _CHANGE, lines)


def _arrears(position: Mapping[str, Any] | None) -> Arrears:
    if position is None:
        return ZERO, None
    return position["overdue_amount"], position["oldest_unsatisfied_due_on"]


def _mark_set_aside(outcome: RefreshOutcome, as_of: dt.date | None) -> None:
    """Marks the loans that failed; one without a position gets an empty one, so that it is seen."""
    failed = outcome.set_aside
    if not failed:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO loans_position (
                loan_id, portfolio_id, status, aged_on, paused_days, pause_starts, pause_ends,
                facts_ahead, bucket, overdue_principal, overdue_interest, overdue_fee,
                overdue_penalty, overdue_amount, outstanding_principal, outstanding_amount,
                overpaid_amount, pending_amount, next_due_amount, replayed_at, is_set_aside, error)
            SELECT loan.id, loan.portfolio_id, 'active', coalesce(%s, books.business_date), 0,
                '{}', '{}', '{}', '', 0, 0, 0, 0, 0, loan.principal_amount, loan.principal_amount,
                0, 0, 0, %s, true, failed.error
            FROM unnest(%s::uuid[], %s::text[]) AS failed (loan_id, error)
            JOIN loans_loan AS loan ON loan.id = failed.loan_id
            JOIN loans_portfolio AS books ON books.id = loan.portfolio_id
            ON CONFLICT (loan_id) DO UPDATE SET is_set_aside = true, error = excluded.error
            """,
            [
                as_of,
                clock.now(),
                [str(item.loan_id) for item in failed],
                [item.error for item in failed],
            ],
        )

"""Facts that bear on how late a loan is: pauses, early resumes, positions the lender states."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db import transaction

from core.audit import Actor, record
from core.facts.copying import copy_rows
from loans.contracts.fact_writing import (
    RecordedCounts,
    came_with_undone_import,
    check_value_date,
    entered_by,
    loans_by_number,
    lock_loan,
    record_on_loan,
    refresh_in_chunks,
    require_reason,
)
from loans.contracts.models import Loan
from loans.delinquency.ageing import AgeingCounts, age_portfolio
from loans.delinquency.loading import load_facts
from loans.delinquency.models import (
    LoanStatus,
    Pause,
    Position,
    Resume,
    StatedPosition,
    StatementKind,
)
from loans.delinquency.pauses import overlapping
from loans.delinquency.refresh import RefreshOutcome, SetAside, lock_loans, refresh_loans
from loans.delinquency.replay import replay
from loans.delinquency.results import PausePeriod
from loans.delinquency.rows import PositionRow
from loans.imports.models import ImportBatch
from loans.portfolios.models import Portfolio
from loans.portfolios.refusals import Refused

__all__ = [
    "AgeingCounts",
    "RefreshOutcome",
    "SetAside",
    "age_portfolio",
    "pause_ageing",
    "refresh_loans",
    "resume_ageing",
    "state_position",
    "state_positions",
]

_FIGURES: Final = tuple(
    field.name for field in fields(PositionRow) if field.name not in ("contract_no", "external_ref")
)
_AMOUNTS: Final = tuple(
    name for name in _FIGURES if name.startswith("arrears_") or name.endswith("_amount")
)
CAUSE_PAUSE: Final = "pause"
CAUSE_POSITION: Final = "position"


@transaction.atomic
def pause_ageing(
    *, loan: Loan, value_on: dt.date, ends_on: dt.date, reason: str, by: Actor
) -> Pause:
    """Stops the count of delinquent days from `value_on` up to, not including, `ends_on`.

    Days past due go on. Raises Refused for a pause that ends before it begins or overlaps another,
    and for a loan that is paid off.
    """
    why = require_reason(reason)
    locked = lock_loan(loan)
    if ends_on <= value_on:
        raise Refused("pause_backward", "A pause ends after the day it begins; correct its end.")
    if value_on < locked.started_on:
        raise Refused("value_date_before_loan", "A pause cannot begin before its loan.")
    _require_something_owed(locked)
    wanted = PausePeriod(starts_on=value_on, ends_on=ends_on)
    clash = overlapping(_agreed_pauses(locked), wanted)
    if clash is not None:
        raise Refused(
            "pause_overlap",
            f"The loan is paused from {clash.starts_on} to {clash.ends_on} already; let this one "
            f"begin on {clash.ends_on} or later, or end the other first.",
        )
    pause = Pause(
        loan=locked,
        value_on=value_on,
        ends_on=ends_on,
        reason=why,
        entered_by=entered_by(by),
    )
    pause.save(force_insert=True)
    record_on_loan(
        locked, "pause.start", by, {"pause": pause.pk, "from": value_on, "to": ends_on}, why
    )
    refresh_loans(loan_ids=[locked.pk], cause=CAUSE_PAUSE)
    return pause


@transaction.atomic
def resume_ageing(*, pause: Pause, value_on: dt.date, by: Actor, reason: str = "") -> Resume:
    """Ends a pause early, on `value_on`; a pause that was resumed already is left as it is."""
    locked = lock_loan(pause.loan)
    before = Resume.objects.filter(pause=pause).first()
    if before is not None:
        return before
    period = PausePeriod(starts_on=pause.value_on, ends_on=pause.ends_on)
    if not pause.value_on <= value_on < pause.ends_on:
        raise Refused(
            "resume_outside",
            f"The pause runs from {pause.value_on} to {pause.ends_on}; resume on a day in it.",
        )
    _require_something_owed(locked)
    if period not in _agreed_pauses(locked):
        raise Refused("pause_reversed", "The pause was reversed; there is nothing to resume.")
    resume = Resume(
        loan=locked,
        pause=pause,
        value_on=value_on,
        reason=reason.strip()[:200],
        entered_by=entered_by(by),
    )
    resume.save(force_insert=True)
    record_on_loan(locked, "pause.resume", by, {"pause": pause.pk, "on": value_on}, resume.reason)
    refresh_loans(loan_ids=[locked.pk], cause=CAUSE_PAUSE)
    return resume


def state_position(
    *, loan: Loan, row: PositionRow, by: Actor, batch: ImportBatch | None = None
) -> StatedPosition:
    """Records what the lender's ledger says about one loan; see `state_positions`."""
    state_positions(portfolio=loan.portfolio, rows=[row], by=by, batch=batch)
    return StatedPosition.objects.get(
        loan=loan, value_on=row.value_on, external_ref=row.external_ref
    )


@transaction.atomic
def state_positions(
    *,
    portfolio: Portfolio,
    rows: Sequence[PositionRow],
    by: Actor,
    batch: ImportBatch | None = None,
    refresh: bool = True,
    new_loans_wait: bool = False,
) -> RecordedCounts:
    """Records positions stated by the lender's ledger; they win, and what differs is listed.

    A position of the same day and reference with the same figures is known and not written again;
    with other figures it is refused. `new_loans_wait` leaves loans never replayed to a later
    `replay_new_loans`. Raises Refused, naming the row; nothing is written then.
    """
    counts = RecordedCounts()
    loans = loans_by_number(portfolio=portfolio, contract_nos=[row.contract_no for row in rows])
    lock_loans([loan.pk for loan in loans.values()])
    known = _known_statements(loans, rows)
    made: list[StatedPosition] = []
    for index, row in enumerate(rows):
        loan = loans[row.contract_no]
        _check_position(portfolio, loan, row, index)
        key = (loan.pk, row.value_on, row.external_ref)
        before = known.get(key)
        if before is not None and not came_with_undone_import(before):
            _require_same(before, row, index)
            counts.already_known += 1
            continue
        known[key] = _make_statement(loan, row, by, batch)
        known[key].edition = before.edition + 1 if before is not None else 0
        made.append(known[key])
    copy_rows(made)
    counts.recorded = len(made)
    if made:
        record(
            action="position.state",
            by=by,
            object_type="loans.Portfolio",
            object_id=portfolio.pk,
            portfolio_id=portfolio.pk,
            data={"batch": str(batch.pk)} if batch else {},
            count=len(made),
        )
    if made and refresh:
        outcome = refresh_in_chunks(
            loan_ids=[row.loan_id for row in made],
            cause=CAUSE_POSITION,
            new_loans_wait=new_loans_wait,
        )
        counts.set_aside = outcome.set_aside
    return counts


def _require_something_owed(loan: Loan) -> None:
    status = Position.objects.filter(pk=loan.pk).values_list("status", flat=True).first()
    if status in (LoanStatus.PAID_OFF, LoanStatus.OVERPAID):
        raise Refused("loan_paid_off", "The loan is paid off; there is nothing left to age.")


def _agreed_pauses(loan: Loan) -> tuple[PausePeriod, ...]:
    """Pauses that stand, with their early ends, also those that have not begun."""
    facts = load_facts([loan.pk])[loan.pk]
    return replay(facts=facts.facts, conventions=facts.conventions).pauses


def _known_statements(
    loans: Mapping[str, Loan], rows: Sequence[PositionRow]
) -> dict[tuple[UUID, dt.date, str], StatedPosition]:
    found = StatedPosition.objects.filter(
        loan__in=[loan.pk for loan in loans.values()],
        value_on__in={row.value_on for row in rows},
    )
    # Of a statement that came back after its import was undone, the last entry stands.
    found = found.select_related("batch").order_by("pk")
    return {(row.loan_id, row.value_on, row.external_ref): row for row in found}


def _make_statement(
    loan: Loan, row: PositionRow, by: Actor, batch: ImportBatch | None
) -> StatedPosition:
    return StatedPosition(
        loan=loan,
        external_ref=row.external_ref,
        batch=batch,
        entered_by=entered_by(by),
        **{name: getattr(row, name) for name in _FIGURES},
    )


def _require_same(before: StatedPosition, row: PositionRow, index: int) -> None:
    for name in _FIGURES:
        if getattr(before, name) != getattr(row, name):
            raise Refused(
                "statement_differs",
                f"The position of {row.contract_no} on {row.value_on} is here already with another "
                f"{name} ({getattr(before, name)}, now {getattr(row, name)}); send the correction "
                "under a higher reference: of one day's positions the highest has the last word.",
                row_index=index,
            )


def _check_position(portfolio: Portfolio, loan: Loan, row: PositionRow, index: int) -> None:
    if row.kind not in StatementKind.values:
        raise Refused("statement_kind", "A position is stated or opening.", row_index=index)
    for name in ("principal_outstanding", *_AMOUNTS):
        value = getattr(row, name)
        if value is not None and (not isinstance(value, Decimal) or value < 0):
            raise Refused(
                "amount_negative",
                f"{name} of {row.contract_no} is {value}; a position has no negative amounts.",
                row_index=index,
            )
    if row.oldest_unpaid_due_on is not None and row.oldest_unpaid_due_on > row.value_on:
        raise Refused(
            "oldest_in_future",
            f"The oldest unpaid due date of {row.contract_no} is after the day of the position.",
            row_index=index,
        )
    check_value_date(
        value_on=row.value_on,
        started_on=loan.started_on,
        books_on=portfolio.business_date,
        row_index=index,
    )

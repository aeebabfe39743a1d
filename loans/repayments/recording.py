"""Writes repayments and charges in bulk; a reference seen before is known, never booked twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from core.audit import Actor, record
from core.facts.copying import copy_rows
from loans.contracts.fact_writing import (
    RecordedCounts,
    came_with_undone_import,
    check_amount,
    check_value_date,
    entered_by,
    loans_by_number,
    refresh_in_chunks,
)
from loans.contracts.models import Loan
from loans.delinquency.refresh import lock_loans
from loans.imports.models import ImportBatch
from loans.portfolios.models import Portfolio
from loans.portfolios.refusals import Refused
from loans.repayments.models import Charge, ChargeKind, Repayment, RepaymentKind, RepaymentState
from loans.repayments.rows import ChargeRow, RepaymentRow

_REPAYMENT_SAYS = ("amount", "value_on", "kind", "state", "method")
_CHARGE_SAYS = ("amount", "kind", "due_on", "code", "instalment_number")
_REPAYMENT_KINDS = frozenset(RepaymentKind.values)
ARRIVING_STATES = frozenset({RepaymentState.PENDING.value, RepaymentState.SETTLED.value})


@dataclass(slots=True)
class NewRepayment:
    """The columns of a repayment on its way into the table: a tenth of what a model costs."""

    loan_id: UUID
    value_on: date
    external_ref: str
    batch_id: UUID | None
    entered_by: str
    amount: Decimal
    kind: str
    state: str
    method: str
    edition: int = 0


@transaction.atomic
def record_repayments(
    *,
    portfolio: Portfolio,
    rows: Sequence[RepaymentRow],
    by: Actor,
    batch: ImportBatch | None = None,
    refresh: bool = True,
    new_loans_wait: bool = False,
) -> RecordedCounts:
    """Records money received for many contracts and replays their loans.

    A row whose reference is known on its loan with the same content is counted as known and not
    written; with other content it is refused. Raises Refused, naming the row; nothing is written
    then. `refresh` False leaves the replay to a later `refresh_loans`, `new_loans_wait` that of
    loans never replayed to `replay_new_loans`.
    """

    entered, batch_id = entered_by(by), batch.pk if batch else None

    def make(loan: Loan, row: RepaymentRow, index: int) -> NewRepayment:
        _check_repayment(portfolio, loan, row, index)
        return NewRepayment(
            loan_id=loan.pk,
            value_on=row.value_on,
            external_ref=row.external_ref,
            batch_id=batch_id,
            entered_by=entered,
            amount=row.amount,
            kind=row.kind,
            state=row.state,
            method=row.method,
        )

    counts, made = _record_new(portfolio, rows, Repayment, make, _REPAYMENT_SAYS)
    return _finish(portfolio, counts, made, "repayment", by, batch, refresh, new_loans_wait)


@transaction.atomic
def record_charges(
    *,
    portfolio: Portfolio,
    rows: Sequence[ChargeRow],
    by: Actor,
    batch: ImportBatch | None = None,
    refresh: bool = True,
) -> RecordedCounts:
    """Records fees and late charges of many contracts; see `record_repayments`."""

    def make(loan: Loan, row: ChargeRow, index: int) -> Charge:
        _check_charge(portfolio, loan, row, index)
        return Charge(
            loan=loan,
            value_on=row.value_on or min(row.due_on, portfolio.business_date),
            external_ref=row.external_ref,
            batch=batch,
            entered_by=entered_by(by),
            kind=row.kind,
            amount=row.amount,
            due_on=row.due_on,
            code=row.code,
            instalment_number=row.instalment_number,
            reason=row.reason,
        )

    counts, made = _record_new(portfolio, rows, Charge, make, _CHARGE_SAYS)
    return _finish(portfolio, counts, made, "charge", by, batch, refresh)


def _record_new(
    portfolio: Portfolio,
    rows: Sequence[Any],
    model: type[Repayment] | type[Charge],
    make: Callable[[Loan, Any, int], Any],
    says: tuple[str, ...],
) -> tuple[RecordedCounts, list[Any]]:
    """Writes the rows whose reference is new; the loans stay locked until the transaction ends."""
    counts = RecordedCounts()
    loans = loans_by_number(portfolio=portfolio, contract_nos=[row.contract_no for row in rows])
    lock_loans([loan.pk for loan in loans.values()])
    known = _known(model, loans, rows)
    made: list[Any] = []
    for index, row in enumerate(rows):
        loan = loans[row.contract_no]
        fresh = make(loan, row, index)
        before = known.get((loan.pk, row.external_ref)) if row.external_ref else None
        if isinstance(before, Repayment) and came_with_undone_import(before):
            fresh.edition = before.edition + 1
        elif before is not None:
            _require_same(before, fresh, says, index)
            counts.already_known += 1
            continue
        made.append(fresh)
        if row.external_ref:
            known[loan.pk, row.external_ref] = fresh
    made = _write(model, made)
    counts.recorded = len(made)
    return counts, made


def _write(model: type[Repayment] | type[Charge], made: list[Any]) -> list[Any]:
    """Appends the facts; a single one is returned as a row, for its entry in the trail names it."""
    if len(made) != 1:
        copy_rows(made, model=model)
        return made
    fact = model(**asdict(made[0])) if isinstance(made[0], NewRepayment) else made[0]
    fact.save(force_insert=True)
    return [fact]


def _known(
    model: type[Repayment] | type[Charge], loans: Mapping[str, Loan], rows: Sequence[Any]
) -> dict[tuple[UUID, str], Any]:
    refs = {row.external_ref for row in rows if row.external_ref}
    if not refs:
        return {}
    ids = [loan.pk for loan in loans.values()]
    found = model._default_manager.filter(loan__in=ids, external_ref__in=refs)
    # Of a reference that came back after its import was undone, the last entry stands.
    found = found.select_related("batch").order_by("pk")
    return {(fact.loan_id, fact.external_ref): fact for fact in found}


def _require_same(before: Any, fresh: Any, says: tuple[str, ...], index: int) -> None:
    for name in says:
        if getattr(before, name) != getattr(fresh, name):
            raise Refused(
                "reference_taken",
                f"Reference {fresh.external_ref} is already booked on this contract with another "
                f"{name} ({getattr(before, name)}, now {getattr(fresh, name)}); reverse the first "
                "entry, or use another reference.",
                row_index=index,
            )


def _check_repayment(portfolio: Portfolio, loan: Loan, row: RepaymentRow, index: int) -> None:
    check_amount(row.amount, row_index=index)
    check_value_date(
        value_on=row.value_on,
        started_on=loan.started_on,
        books_on=portfolio.business_date,
        row_index=index,
    )
    if row.kind not in _REPAYMENT_KINDS:
        known = ", ".join(RepaymentKind.values)
        raise Refused(
            "repayment_kind",
            f"{row.kind!r} is no kind of repayment; choose one of: {known}.",
            row_index=index,
        )
    if row.state not in ARRIVING_STATES:
        raise Refused(
            "repayment_state",
            f"Money arrives pending or settled, not {row.state!r}; a return is recorded on the "
            "repayment it undoes.",
            row_index=index,
        )


def _check_charge(portfolio: Portfolio, loan: Loan, row: ChargeRow, index: int) -> None:
    check_amount(row.amount, row_index=index)
    if row.kind not in ChargeKind.values:
        known = ", ".join(ChargeKind.values)
        raise Refused(
            "charge_kind",
            f"{row.kind!r} is no kind of charge; choose one of: {known}.",
            row_index=index,
        )
    check_value_date(
        value_on=row.value_on or min(row.due_on, portfolio.business_date),
        started_on=loan.started_on,
        books_on=portfolio.business_date,
        row_index=index,
    )


def _finish(
    portfolio: Portfolio,
    counts: RecordedCounts,
    made: Sequence[Any],
    kind: str,
    by: Actor,
    batch: ImportBatch | None,
    refresh: bool,
    new_loans_wait: bool = False,
) -> RecordedCounts:
    if not made:
        return counts
    is_one = len(made) == 1
    data: dict[str, Any] = {"batch": str(batch.pk)} if batch else {}
    if is_one:
        data |= {kind: made[0].pk, "amount": str(made[0].amount), "value_on": made[0].value_on}
    record(
        action=f"{kind}.record",
        by=by,
        object_type="loans.Loan" if is_one else "loans.Portfolio",
        object_id=made[0].loan_id if is_one else portfolio.pk,
        portfolio_id=portfolio.pk,
        data=data,
        count=len(made),
    )
    if refresh:
        outcome = refresh_in_chunks(
            loan_ids=[fact.loan_id for fact in made], cause=kind, new_loans_wait=new_loans_wait
        )
        counts.set_aside = outcome.set_aside
    return counts

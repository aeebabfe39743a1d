"""What changes a contract: schedules stated, extended and rescheduled, parties, payment ways."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core.audit import Actor, record
from core.encryption import refuse_card_numbers
from core.facts.copying import copy_rows
from loans.borrowers.models import Party
from loans.contracts.due_dates import add_periods
from loans.contracts.fact_writing import (
    RecordedCounts,
    came_with_undone_import,
    check_value_date,
    loans_by_number,
    lock_loan,
    record_on_loan,
    refresh_in_chunks,
    require_reason,
)
from loans.contracts.instructions import LINKS, REFERENCE
from loans.contracts.models import (
    InstructionKind,
    Loan,
    LoanParty,
    PartyRole,
    PaymentInstruction,
    Schedule,
    ScheduleOrigin,
)
from loans.contracts.opening import open_loan, open_loans
from loans.contracts.queries import instalments_in_force
from loans.contracts.rows import ScheduleRow
from loans.contracts.schedule_rows import check_schedule, make_schedule_row
from loans.contracts.terms import MONTHLY, ScheduledInstalment
from loans.delinquency.models import Instalment
from loans.delinquency.refresh import lock_loans, refresh_loans
from loans.imports.models import ImportBatch
from loans.portfolios.models import Ledger, Portfolio
from loans.portfolios.refusals import Refused

__all__ = [
    "add_party",
    "extend_loan",
    "open_loan",
    "open_loans",
    "reschedule_loan",
    "retire_payment_instruction",
    "set_payment_instruction",
    "state_schedule",
    "state_schedules",
]

CAUSE = "schedule"


@transaction.atomic
def state_schedules(
    *,
    portfolio: Portfolio,
    rows: Sequence[ScheduleRow],
    by: Actor,
    batch: ImportBatch | None = None,
    refresh: bool = True,
    new_loans_wait: bool = False,
) -> RecordedCounts:
    """Records schedules the lender states for its loans, as new versions of what stands.

    A schedule that says what already stands is known and not written again. `new_loans_wait`
    leaves loans never replayed to a later `replay_new_loans`. Raises Refused, naming
    the row; nothing is written then.
    """
    counts = RecordedCounts()
    if not rows:
        return counts
    loans = loans_by_number(portfolio=portfolio, contract_nos=[row.contract_no for row in rows])
    lock_loans([loan.pk for loan in loans.values()])
    latest = _latest_schedules([loan.pk for loan in loans.values()])
    made = []
    for index, row in enumerate(rows):
        check_schedule(row.instalments, row_index=index)
        loan = loans[row.contract_no]
        before = latest.get(loan.pk)
        fresh = make_schedule_row(
            loan_id=loan.pk,
            version=1 if before is None else before.version + 1,
            origin=ScheduleOrigin.STATED,
            instalments=row.instalments,
            value_on=row.value_on,
            by=by,
            batch=batch,
            external_ref=row.external_ref,
            reason=row.reason,
        )
        if before is not None and _still_says(before, fresh):
            counts.already_known += 1
            continue
        made.append(fresh)
        latest[loan.pk] = fresh
    copy_rows(made)
    counts.recorded = len(made)
    if made:
        _record_many(portfolio, "schedule.state", by, len(made), batch)
    if made and refresh:
        outcome = refresh_in_chunks(
            loan_ids=[row.loan_id for row in made], cause=CAUSE, new_loans_wait=new_loans_wait
        )
        counts.set_aside = outcome.set_aside
    return counts


def state_schedule(
    *,
    loan: Loan,
    instalments: Sequence[ScheduledInstalment],
    value_on: dt.date,
    by: Actor,
    external_ref: str = "",
    reason: str = "",
) -> Schedule:
    """Records the schedule the lender states for one loan; returns the version that now stands."""
    row = ScheduleRow(
        contract_no=loan.contract_no,
        instalments=tuple(instalments),
        value_on=value_on,
        external_ref=external_ref,
        reason=reason,
    )
    state_schedules(portfolio=loan.portfolio, rows=[row], by=by)
    return Schedule.objects.filter(loan=loan).latest("version")


@transaction.atomic
def extend_loan(
    *,
    loan: Loan,
    months: int,
    value_on: dt.date,
    reason: str,
    by: Actor,
    approved_by: Actor,
) -> Schedule:
    """Moves every instalment not yet satisfied by whole months; the amounts stay as they are.

    Arguments: value_on is the day from which the moved dates hold. Only for books kept here, and
    only with the approval of somebody else. Raises Refused otherwise, and when nothing is left.
    """
    locked = _for_change(loan, value_on, by, approved_by)
    if not 1 <= months <= 12:
        raise Refused("extension_months", "An extension moves the dates by 1 to 12 months.")
    first_open = (
        Instalment.objects.filter(loan=locked, satisfied_on__isnull=True)
        .order_by("number")
        .values_list("number", flat=True)
        .first()
    )
    rows = [row for row in instalments_in_force(locked) if row.number >= (first_open or 0)]
    if first_open is None or not rows:
        raise Refused("extension_nothing", "Every instalment is satisfied; there is none to move.")
    moved = [
        replace(
            row,
            from_on=row.from_on if at == 0 else _later(row.from_on, months),
            due_on=_later(row.due_on, months),
        )
        for at, row in enumerate(rows)
    ]
    data = {"months": months, "first_instalment": first_open, "approved_by": approved_by.id}
    return _new_version(locked, moved, ScheduleOrigin.EXTENSION, value_on, reason, by, data)


@transaction.atomic
def reschedule_loan(
    *,
    loan: Loan,
    instalments: Sequence[ScheduledInstalment],
    value_on: dt.date,
    reason: str,
    by: Actor,
    approved_by: Actor,
) -> Schedule:
    """Replaces the instalments from the first number given on by an agreed new schedule.

    Only for books kept here, and only with the approval of somebody else. Raises Refused otherwise.
    """
    locked = _for_change(loan, value_on, by, approved_by)
    check_schedule(instalments)
    data = {"approved_by": approved_by.id, "first_instalment": instalments[0].number}
    origin = ScheduleOrigin.RESCHEDULE
    return _new_version(locked, instalments, origin, value_on, reason, by, data)


@transaction.atomic
def add_party(
    *, loan: Loan, party: Party, role: str, by: Actor, relationship: str = ""
) -> LoanParty:
    """Adds a party to a loan; adding the same one in the same role again changes nothing."""
    locked = lock_loan(loan)
    if role not in PartyRole.values:
        known = ", ".join(PartyRole.values)
        raise Refused("role_unknown", f"{role!r} is no role; choose one of: {known}.")
    others = LoanParty.objects.filter(loan=locked, role=PartyRole.BORROWER).exclude(party=party)
    if role == PartyRole.BORROWER and others.exists():
        raise Refused(
            "borrower_taken", "The loan has its borrower; add this person as a co-borrower."
        )
    signature, is_new = LoanParty.objects.get_or_create(
        loan=locked, party=party, role=role, defaults={"relationship": relationship}
    )
    if is_new:
        record_on_loan(locked, "loan.add_party", by, {"party": str(party.pk), "role": role})
    return signature


@transaction.atomic
def set_payment_instruction(
    *,
    portfolio: Portfolio,
    kind: str,
    label: str,
    text: str,
    by: Actor,
    loan: Loan | None = None,
    label_zh: str = "",
    text_zh: str = "",
) -> PaymentInstruction:
    """Says how to pay, for a portfolio or for one loan, in one language or two.

    Refused for a link that is not https, for a field in braces other than `{reference}`, for a
    card number beside a link or a counter, and for a loan of another portfolio.
    """
    _check_way(kind, [label, label_zh], [text, text_zh] if text_zh else [text])
    if loan is not None and loan.portfolio_id != portfolio.pk:
        raise Refused("instruction_loan", _("The loan belongs to another portfolio."))
    row = PaymentInstruction(
        portfolio=portfolio,
        loan=loan,
        kind=kind,
        label=label.strip(),
        label_zh=label_zh.strip(),
        text=text.strip(),
        text_zh=text_zh.strip(),
    )
    try:
        row.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise Refused("invalid", f"{field}: {messages[0]}") from error
    row.save(force_insert=True)
    _record_instruction(row, "instruction.create", by)
    return row


def _check_way(kind: str, labels: list[str], texts: list[str]) -> None:
    if kind not in InstructionKind.values:
        raise Refused(
            "instruction_kind",
            _("%(kind)s is no way to pay; choose one of: %(known)s.")
            % {"kind": repr(kind), "known": ", ".join(InstructionKind.values)},
        )
    if kind in LINKS and not all(each.startswith("https://") for each in texts):
        raise Refused("instruction_link", _("A payment link must begin with https://."))
    for each in (*texts, *labels):
        if re.search(r"[{}]", each.replace(REFERENCE, "")):
            words = {"field": REFERENCE}
            raise Refused("instruction_field", _("Only %(field)s may stand in braces.") % words)
        # An account number at a bank may look like a card's.
        if kind != InstructionKind.BANK:
            _refuse_card(each)


@transaction.atomic
def retire_payment_instruction(*, instruction: PaymentInstruction, by: Actor) -> None:
    """Takes a payment instruction out of use; what was once sent with it stays readable."""
    changed = PaymentInstruction.objects.filter(pk=instruction.pk, is_active=True).update(
        is_active=False
    )
    if changed:
        _record_instruction(instruction, "instruction.retire", by)


def _later(day: dt.date, months: int) -> dt.date:
    return add_periods(day, period=MONTHLY, count=months)


def _refuse_card(text: str) -> None:
    try:
        refuse_card_numbers(text)
    except ValidationError as error:
        raise Refused("card_number", str(error.messages[0])) from error


def _for_change(loan: Loan, value_on: dt.date, by: Actor, approved_by: Actor) -> Loan:
    locked = lock_loan(loan)
    if locked.portfolio.ledger != Ledger.MAKEGOOD:
        raise Refused(
            "ledger_external",
            f"The lender keeps the books of {locked.portfolio.code}; the change is made there and "
            "comes here with the next file.",
        )
    if approved_by.id == by.id:
        raise Refused("approval_own", "Somebody else has to approve a change of the schedule.")
    books_on = locked.portfolio.business_date
    check_value_date(value_on=value_on, started_on=locked.started_on, books_on=books_on)
    return locked


def _new_version(
    loan: Loan,
    instalments: Sequence[ScheduledInstalment],
    origin: str,
    value_on: dt.date,
    reason: str,
    by: Actor,
    data: Mapping[str, Any],
) -> Schedule:
    why = require_reason(reason)
    before = Schedule.objects.filter(loan=loan).aggregate(latest=Max("version"))["latest"] or 0
    schedule = make_schedule_row(
        loan_id=loan.pk,
        version=before + 1,
        origin=origin,
        instalments=instalments,
        value_on=value_on,
        by=by,
        reason=why,
    )
    schedule.save(force_insert=True)
    record_on_loan(loan, f"schedule.{origin}", by, data, reason=why)
    refresh_loans(loan_ids=[loan.pk], cause=CAUSE)
    return schedule


def _latest_schedules(loan_ids: Sequence[UUID]) -> dict[UUID, Schedule]:
    rows = (
        Schedule.objects.filter(loan__in=loan_ids)
        .select_related("batch")
        .order_by("loan_id", "-version")
        .distinct("loan_id")
    )
    return {row.loan_id: row for row in rows}


_SAID = ("numbers", "from_dates", "due_dates", "principals", "interests", "fees")


def _still_says(before: Schedule, fresh: Schedule) -> bool:
    return not came_with_undone_import(before) and all(
        getattr(before, name) == getattr(fresh, name) for name in _SAID
    )


def _record_many(
    portfolio: Portfolio, action: str, by: Actor, count: int, batch: ImportBatch | None
) -> None:
    record(
        action=action,
        by=by,
        object_type="loans.Portfolio",
        object_id=portfolio.pk,
        portfolio_id=portfolio.pk,
        data={"batch": str(batch.pk)} if batch else {},
        count=count,
    )


def _record_instruction(row: PaymentInstruction, action: str, by: Actor) -> None:
    record(
        action=action,
        by=by,
        object_type="loans.PaymentInstruction",
        object_id=row.pk,
        portfolio_id=row.portfolio_id,
        data={"kind": row.kind, "loan": str(row.loan_id or "")},
    )

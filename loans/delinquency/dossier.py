"""What a dossier says of how loans stand: positions of a day, and every money fact behind them."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.utils.translation import gettext as _

from core.exports import Column, Row, Said, Section
from loans.borrowers.dossier import Subject
from loans.contracts.models import Loan
from loans.delinquency.fact_lines import BUCKET, FactLine, fact_lines
from loans.delinquency.models import Position, StatementKind
from loans.delinquency.positions_at import StatedAt, replayed_positions
from loans.repayments.models import ChargeKind, LossKind, OwedComponent, ReversibleKind

#: Facts that a section of their own tells: repayments, and the schedules' instalments.
_TOLD: Final = frozenset({"repayment", "repayment_state", "schedule"})

#: kind of a line -> the model of its fact.
_MODELS: Final[dict[str, str]] = {
    "charge": "loans.Charge",
    "waiver": "loans.Waiver",
    "write_off": "loans.WriteOff",
    "refund": "loans.Refund",
    "chargeback": "loans.Chargeback",
    "reversal": "loans.Reversal",
    "pause": "loans.Pause",
    "resume": "loans.Resume",
    "acceleration": "loans.Acceleration",
    "acceleration_taken_back": "loans.AccelerationWithdrawal",
    "stated_position": "loans.StatedPosition",
    BUCKET: "loans.BucketStay",
}


def positions(subject: Subject) -> Section:
    """How each loan stands at the end of the day asked for, replayed from its facts."""
    stored = list(
        Position.objects.filter(loan__in=subject.loans)
        .select_related("loan", "portfolio")
        .order_by("loan__contract_no")
    )
    found: list[StatedAt] = []
    for position in stored:
        day = min(subject.as_of or dt.date.max, position.portfolio.business_date)
        if position.loan.started_on <= day:
            found += replayed_positions(positions=[position], as_of=day, known_at=None)
    return Section(
        key="positions",
        heading=_("How the loans stand"),
        columns=[
            Column(_("contract"), kind="id"),
            Column(_("end of business date")),
            Column(_("days past due")),
            Column(_("bucket")),
            Column(_("oldest unpaid due date")),
            Column(_("past due"), kind="money"),
            Column(_("outstanding"), kind="money"),
            Column(_("outstanding principal"), kind="money"),
            Column(_("next due")),
            Column(_("last repayment")),
            Column(_("currency")),
        ],
        rows=[_position(state) for state in found],
        records={"loans.Position": [position.pk for position in stored]},
    )


def _position(state: StatedAt) -> Row:
    return (
        state.contract_no,
        state.as_of,
        state.days_past_due,
        state.bucket,
        state.oldest_unpaid_due_on,
        state.overdue.total,
        state.outstanding_amount,
        state.outstanding_principal,
        state.next_due_on,
        state.last_repayment_on,
        state.currency,
    )


def money_facts(subject: Subject) -> Section:
    """Charges, waivers, losses, refunds, pauses, accelerations, buckets, and their reversals."""
    rows: list[Row] = []
    records: dict[str, list[object]] = {label: [] for label in _MODELS.values()}
    for loan in Loan.objects.filter(pk__in=subject.loans).order_by("contract_no"):
        lines = fact_lines(loan, leave_out=_TOLD)
        rows += [_fact(loan, line) for line in reversed(lines)]
        for line in lines:
            records[_MODELS[line.kind]].append(line.fact_id)
    return Section(
        key="money-facts",
        heading=_("Charges, waivers, losses, pauses, buckets and statements of the lender"),
        columns=[
            Column(_("contract"), kind="id"),
            Column(_("what")),
            Column(_("details")),
            Column(_("amount"), kind="money"),
            Column(_("counts from")),
            Column(_("until")),
            Column(_("known since")),
            Column(_("reason")),
            Column(_("entered by")),
        ],
        rows=rows,
        records=records,
    )


def _fact(loan: Loan, line: FactLine) -> Row:
    return (
        loan.contract_no,
        _kind(line.kind),
        _detail(line),
        line.amount,
        line.value_on,
        line.until,
        line.known_at,
        Said(line.reason),
        line.entered_by,
    )


def _kind(kind: str) -> str:
    words = {
        "charge": _("charge"),
        "waiver": _("waiver"),
        "write_off": _("loss taken"),
        "refund": _("refund"),
        "chargeback": _("chargeback"),
        "reversal": _("reversal"),
        "pause": _("pause"),
        "resume": _("pause ended early"),
        "acceleration": _("whole loan called due"),
        "acceleration_taken_back": _("due by its instalments again"),
        "stated_position": _("statement of the lender"),
        BUCKET: _("bucket entered"),
    }
    return words.get(kind, kind)


def _detail(line: FactLine) -> str:
    choices: dict[str, Any] = {
        "charge": ChargeKind,
        "waiver": OwedComponent,
        "write_off": LossKind,
        "reversal": ReversibleKind,
        "stated_position": StatementKind,
    }
    known = choices.get(line.kind)
    return str(known(line.detail).label) if known is not None and line.detail else line.detail

"""What the page of a loan shows, gathered in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.encryption.masks import mask_plate, mask_vin
from loans.acceleration.queries import acceleration_at, acceleration_of
from loans.borrowers.presentation import lang_of, shown_name
from loans.contracts.models import Loan, LoanParty, PartyRole
from loans.delinquency.amounts import Amounts
from loans.delinquency.models import BucketStay, Instalment, LoanStatus, Position
from loans.delinquency.queries import (
    RepaymentLine,
    bucket_history,
    days_past_due,
    instalments_of,
    position_at,
    repayment_history,
)
from loans.portfolios.models import BucketRange
from loans.repayments.models import RepaymentState
from loans.vehicles.models import Vehicle

_COMPONENTS: Final = (
    ("principal", gettext_lazy("Principal")),
    ("interest", gettext_lazy("Interest")),
    ("fee", gettext_lazy("Fees")),
    ("penalty", gettext_lazy("Late charges")),
)
_MARKS: Final = {"pending": "waiting", "settled": "done", "returned": "failed"}


@dataclass(frozen=True, slots=True)
class PositionView:
    """How a loan stands or stood at the end of a day."""

    as_of: dt.date
    status_name: str
    days_past_due: int
    bucket_code: str
    bucket_severity: int
    overdue: list[tuple[str, Decimal]]
    overdue_amount: Decimal
    outstanding_principal: Decimal
    outstanding_amount: Decimal
    overpaid_amount: Decimal
    pending_amount: Decimal
    oldest_unpaid_on: dt.date | None
    next_due_on: dt.date | None
    next_due_amount: Decimal
    last_repayment_on: dt.date | None
    last_repayment_amount: Decimal | None


def loan_for(user: User, pk: UUID) -> Loan:
    """Returns the loan with what the page needs of it. Raises Loan.DoesNotExist out of scope."""
    people = LoanParty.objects.visible_to(user).select_related("party").order_by("pk")
    return (
        Loan.objects.visible_to(user)
        .select_related("portfolio__bucket_scheme", "product", "position")
        .prefetch_related(
            Prefetch("parties", queryset=people),
            Prefetch("vehicles", queryset=Vehicle.objects.order_by("pk")),
            "portfolio__bucket_scheme__ranges",
        )
        .get(pk=pk)
    )


def loan_context(
    loan: Loan, *, as_of: dt.date | None = None, known_at: dt.datetime | None = None
) -> dict[str, Any]:
    """Returns the context of the page, but for its form.

    Without `as_of` the position is the stored one; with it, the loan is replayed.
    """
    severities = _severities(loan)
    stored = getattr(loan, "position", None)
    position = _stored(loan, stored, severities) if stored else None
    if as_of is not None:
        position = _replayed(loan, as_of, known_at, severities)
    today = loan.portfolio.business_date
    return {
        "loan": loan,
        "currency": loan.portfolio.currency,
        "is_set_aside": bool(stored and stored.is_set_aside),
        "borrower": _borrower(loan),
        "people": _people(loan),
        "vehicles": [_vehicle(vehicle) for vehicle in loan.vehicles.all()],
        "position": position,
        "is_past": as_of is not None,
        # Now it stands from the day the post came, also where the books are behind that day.
        "called_due": acceleration_at(loan, as_of=as_of, known_at=known_at)
        if as_of is not None
        else acceleration_of(loan),
        "instalments": [_instalment(row, today) for row in instalments_of(loan)],
        "repayments": [_repayment(line) for line in repayment_history(loan)],
        "stays": [_stay(row, severities, today) for row in bucket_history(loan)][::-1],
    }


def _severities(loan: Loan) -> dict[str, int]:
    ranges: list[BucketRange] = list(loan.portfolio.bucket_scheme.ranges.all())
    return {row.code: row.severity for row in ranges}


def _stored(loan: Loan, position: Position, severities: dict[str, int]) -> PositionView:
    portfolio = loan.portfolio
    overdue = Amounts(
        principal=position.overdue_principal,
        interest=position.overdue_interest,
        fee=position.overdue_fee,
        penalty=position.overdue_penalty,
    )
    return PositionView(
        as_of=portfolio.business_date,
        status_name=str(position.get_status_display()),
        days_past_due=days_past_due(
            position, portfolio.business_date, due_day_counts=portfolio.due_day_counts
        ),
        bucket_code=position.bucket,
        bucket_severity=severities.get(position.bucket, 0),
        overdue=_by_component(overdue),
        overdue_amount=position.overdue_amount,
        outstanding_principal=position.outstanding_principal,
        outstanding_amount=position.outstanding_amount,
        overpaid_amount=position.overpaid_amount,
        pending_amount=position.pending_amount,
        oldest_unpaid_on=position.oldest_unsatisfied_due_on,
        next_due_on=position.next_due_on,
        next_due_amount=position.next_due_amount,
        last_repayment_on=position.last_repayment_on,
        last_repayment_amount=position.last_repayment_amount,
    )


def _replayed(
    loan: Loan, as_of: dt.date, known_at: dt.datetime | None, severities: dict[str, int]
) -> PositionView:
    summary = position_at(loan=loan, as_of=as_of, known_at=known_at)
    return PositionView(
        as_of=as_of,
        status_name=str(LoanStatus(summary.status.value).label),
        days_past_due=summary.days_past_due,
        bucket_code=summary.bucket_code,
        bucket_severity=severities.get(summary.bucket_code, 0),
        overdue=_by_component(summary.overdue),
        overdue_amount=summary.overdue.total,
        outstanding_principal=summary.outstanding.principal,
        outstanding_amount=summary.total_outstanding,
        overpaid_amount=summary.overpaid,
        pending_amount=summary.awaiting_settlement,
        oldest_unpaid_on=summary.oldest_unsatisfied_due_on,
        next_due_on=summary.next_due_on,
        next_due_amount=summary.next_due_amount,
        last_repayment_on=summary.last_repayment_on,
        last_repayment_amount=summary.last_repayment_amount,
    )


def _by_component(amounts: Amounts) -> list[tuple[str, Decimal]]:
    return [(str(label), getattr(amounts, name)) for name, label in _COMPONENTS]


def _borrower(loan: Loan) -> dict[str, str]:
    party = next((row.party for row in loan.parties.all() if row.role == PartyRole.BORROWER), None)
    return {
        "name": shown_name(party) if party else "",
        "lang": lang_of(party.full_name) if party else "",
    }


def _people(loan: Loan) -> list[dict[str, str]]:
    return [
        {
            "name": shown_name(row.party),
            "lang": lang_of(row.party.full_name),
            "role_name": str(row.get_role_display()),
            "relationship": row.relationship,
        }
        for row in loan.parties.all()
    ]


def _vehicle(vehicle: Vehicle) -> dict[str, Any]:
    return {
        "description": str(vehicle),
        "lang": lang_of(f"{vehicle} {vehicle.plate}"),
        "plate": mask_plate(vehicle.plate) if vehicle.plate else "",
        "vin": mask_vin(vehicle.vin) if vehicle.vin else "",
        "value_amount": vehicle.value_amount,
        "valued_on": vehicle.valued_on,
    }


def _instalment(row: Instalment, today: dt.date) -> dict[str, Any]:
    scheduled = row.principal + row.interest + row.fee + row.penalty
    paid = row.paid_principal + row.paid_interest + row.paid_fee + row.paid_penalty
    relieved = (
        row.relieved_principal + row.relieved_interest + row.relieved_fee + row.relieved_penalty
    )
    is_due = row.due_on < today
    state, state_name = "waiting", _("not due yet")
    if row.satisfied_on:
        state, state_name = "done", _("satisfied")
    elif is_due:
        state, state_name = "failed", _("past due")
    return {
        "number": row.number,
        "due_on": row.due_on,
        "principal": row.principal,
        "interest": row.interest,
        "charges": row.fee + row.penalty,
        "scheduled_amount": scheduled,
        "paid_amount": paid,
        "relieved_amount": relieved,
        "open_amount": scheduled - paid - relieved,
        "satisfied_on": row.satisfied_on,
        "state": state,
        "state_name": state_name,
    }


def _repayment(line: RepaymentLine) -> dict[str, Any]:
    row = line.repayment
    state, state_name = _MARKS[line.state], str(RepaymentState(line.state).label)
    if line.is_reversed:
        state, state_name = "failed", _("taken back")
    return {
        "value_on": row.value_on,
        "amount": row.amount,
        "kind_name": row.get_kind_display(),
        "method": row.method,
        "reference": row.external_ref,
        "state": state,
        "state_name": state_name,
        "known_at": row.known_at,
    }


def _stay(row: BucketStay, severities: dict[str, int], today: dt.date) -> dict[str, Any]:
    return {
        "code": row.bucket,
        "severity": severities.get(row.bucket, 0),
        "entered_on": row.entered_on,
        "left_on": row.left_on,
        "days": ((row.left_on or today) - row.entered_on).days,
    }

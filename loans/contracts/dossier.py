"""What a dossier says of the loans of a person: contracts, cars, schedules, notices of payment."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.exports import Column, Row, Section
from loans.borrowers.dossier import Subject
from loans.contracts.models import Loan, LoanParty, Schedule
from loans.vehicles.models import Vehicle


def loans(subject: Subject) -> Section:
    """Each contract with the person's part in it and the car that stands for it."""
    rows = list(
        LoanParty.objects.filter(loan__in=subject.loans, party=subject.party)
        .select_related("loan__portfolio", "loan__product")
        .prefetch_related("loan__vehicles")
        .order_by("loan__started_on", "loan__contract_no", "role")
    )
    others = LoanParty.objects.filter(loan__in=subject.loans).exclude(party=subject.party)
    beside: dict[Any, list[str]] = {}
    for other in others:
        beside.setdefault(other.loan_id, []).append(subject.who(other.party_id))
    return Section(
        key="loans",
        heading=_("Loans"),
        columns=[
            Column(_("contract"), kind="id"),
            Column(_("portfolio")),
            Column(_("product")),
            Column(_("their part")),
            Column(_("paid out on")),
            Column(_("amount financed"), kind="money"),
            Column(_("currency")),
            Column(_("others on the loan")),
            Column(_("vehicle")),
        ],
        rows=[_loan(row, sorted(beside.get(row.loan_id, []))) for row in rows],
        records={
            "loans.Loan": [row.loan_id for row in rows],
            "loans.LoanParty": [row.pk for row in rows],
            "loans.Vehicle": [car.pk for row in rows for car in row.loan.vehicles.all()],
        },
    )


def _loan(row: LoanParty, others: list[str]) -> Row:
    loan: Loan = row.loan
    return (
        loan.contract_no,
        str(loan.portfolio),
        loan.product.name,
        str(row.get_role_display()),
        loan.started_on,
        loan.principal_amount,
        loan.portfolio.currency,
        ", ".join(others),
        "; ".join(_car(car) for car in loan.vehicles.all()),
    )


def _car(car: Vehicle) -> str:
    return " · ".join(filter(None, [str(car), car.plate, car.vin]))


def schedules(subject: Subject) -> Section:
    """Every instalment of every version of the schedules."""
    found = list(
        Schedule.objects.filter(loan__in=subject.loans)
        .select_related("loan")
        .order_by("loan__contract_no", "version")
    )
    rows: list[Row] = []
    for plan in found:
        parts = zip(
            plan.numbers, plan.due_dates, plan.principals, plan.interests, plan.fees, strict=True
        )
        rows += [
            (
                plan.loan.contract_no,
                plan.version,
                str(plan.get_origin_display()),
                plan.value_on,
                number,
                due_on,
                principal,
                interest,
                fee,
            )
            for number, due_on, principal, interest, fee in parts
        ]
    return Section(
        key="schedules",
        heading=_("Instalments, by version of the schedule"),
        columns=[
            Column(_("contract"), kind="id"),
            Column(_("version")),
            Column(_("made from")),
            Column(_("counts from")),
            Column(_("instalment")),
            Column(_("due")),
            Column(_("principal"), kind="money"),
            Column(_("interest"), kind="money"),
            Column(_("fees"), kind="money"),
        ],
        rows=rows,
        records={"loans.Schedule": [plan.pk for plan in found]},
    )

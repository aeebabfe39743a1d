"""Every loan of the person on one page: which is worked on, what each owes, and the totals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Field, OuterRef, QuerySet, TextField
from django.db.models.functions import Cast, JSONObject
from django.urls import reverse

from accounts.access.decorators import has_right
from accounts.access.scope import asker, asker_of
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.desk.buckets import Bucket
from collections_app.desk.buckets import bucket_facts as bucket_with_row
from collections_app.desk.case_people import debts_of
from collections_app.desk.people import lang_of
from collections_app.desk.verdicts import VerdictView, present
from compliance.gate.facts import Channel, ContactRequest, Decision
from core.encryption.masks import mask_plate
from core.statements.kept import KeptStatement
from loans.borrowers.models import ContactPoint
from loans.contracts.models import PartyRole
from loans.delinquency.queries import days_past_due
from loans.vehicles.models import Vehicle

#: As text, as JSON knows neither decimals nor dates; read back by the field itself.
_CAR_FIELDS: Final[tuple[Field[Any, Any], ...]] = tuple(Vehicle._meta.concrete_fields)


def read_debts(case: Case, user: User) -> list[Any]:
    """Returns the rows of `debts_of`, with the cars and the bucket of each loan; one query."""
    return _DEBTS.rows(loan=case.loan_id, borrower=case.borrower_id, **asker_of(user))


def _debts(loan: UUID, borrower: UUID, **who: Any) -> QuerySet[Any]:
    cars = Vehicle.objects.filter(loan=OuterRef("loan")).order_by("pk")
    debts = debts_of(loan=loan, borrower=borrower, user=asker(**who))
    found: QuerySet[Any] = debts.annotate(
        cars=ArraySubquery(
            cars.values(
                facts=JSONObject(
                    **{field.attname: Cast(field.attname, TextField()) for field in _CAR_FIELDS}
                )
            )
        ),
        bucket_facts=bucket_with_row(
            scheme=OuterRef("loan__portfolio__bucket_scheme"),
            code=OuterRef("loan__position__bucket"),
        ),
    )
    return found


_DEBTS: Final = KeptStatement(_debts)


def cars_of(debt: Any) -> list[Vehicle]:
    """Returns the cars of a loan as they were read with it."""
    return [
        Vehicle(**{field.attname: field.to_python(facts[field.attname]) for field in _CAR_FIELDS})
        for facts in debt.cars
    ]


def requests_about_loans(
    debts: list[Any], case: Case, phone: ContactPoint | None, at: datetime
) -> dict[UUID, ContactRequest]:
    """A call to the person about each of their other loans that somebody collects on."""
    if phone is None:
        return {}
    return {
        row.loan_id: ContactRequest(
            party_id=case.borrower_id,
            loan_ids=(row.loan_id,),
            channel=Channel.CALL,
            at=at,
            contact_point_id=phone.pk,
        )
        for row in debts
        if row.case_pk and row.loan_id != case.loan_id
    }


def loan_rows(
    debts: list[Any],
    case: Case,
    own: VerdictView,
    decisions: Mapping[UUID, Decision],
    user: User,
) -> list[dict[str, Any]]:
    """The person's loans, the one at hand first: a click makes another the one worked on.

    A loan tells its verdict only where it is another than that of the loan at hand, `own`.
    """
    may_read = has_right(user, "loan.view")
    shown = [row for row in debts if hasattr(row.loan, "position")]
    shown.sort(key=lambda row: row.loan_id != case.loan_id)
    return [_row(row, case, own, decisions.get(row.loan_id), may_read=may_read) for row in shown]


def _row(
    row: Any, case: Case, own: VerdictView, decision: Decision | None, *, may_read: bool
) -> dict[str, Any]:
    loan, position = row.loan, row.loan.position
    is_current = row.loan_id == case.loan_id
    car = next(iter(cars_of(row)), None)
    days = days_past_due(
        position,
        loan.portfolio.business_date,
        due_day_counts=loan.portfolio.due_day_counts,
    )
    return {
        "contract_no": loan.contract_no,
        "is_current": is_current,
        "role_name": "" if row.role == PartyRole.BORROWER else row.get_role_display(),
        "href": _href(row, is_current=is_current, may_read=may_read),
        "has_case": bool(row.case_pk),
        "held_by": row.case_held_by or "",
        "car": str(car) if car else "",
        "plate": mask_plate(car.plate) if car and car.plate else "",
        "car_lang": lang_of(f"{car} {car.plate}") if car else "",
        "past_due_amount": position.overdue_amount,
        "outstanding_amount": position.outstanding_amount,
        "currency": loan.portfolio.currency,
        "days": days,
        "bucket": Bucket.of(position.bucket, row.bucket_facts),
        "status_name": position.get_status_display(),
        "verdict": _where_it_differs(decision, own),
    }


def _href(row: Any, *, is_current: bool, may_read: bool) -> str:
    """The case of the loan; a loan that nobody collects on has its own page."""
    if is_current:
        return ""
    if row.case_pk:
        return reverse("desk:case", args=[row.case_pk])
    return reverse("contracts:loan", args=[row.loan_id]) if may_read else ""


def _where_it_differs(decision: Decision | None, own: VerdictView) -> VerdictView | None:
    if decision is None:
        return None
    view = present(decision)
    is_same = (view.allows_contact, view.until) == (own.allows_contact, own.until)
    return None if is_same else view


def totals(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the person owes in all, for each currency; nothing for a single loan."""
    if len(rows) < 2:
        return []
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        total = found.setdefault(
            row["currency"],
            {
                "currency": row["currency"],
                "count": 0,
                "past_due_amount": Decimal(0),
                "outstanding_amount": Decimal(0),
            },
        )
        total["count"] += 1
        total["past_due_amount"] += row["past_due_amount"]
        total["outstanding_amount"] += row["outstanding_amount"]
    return [found[currency] for currency in sorted(found)]


def loan_to_value(outstanding: Decimal | None, car: Vehicle | None) -> int | None:
    """Returns what is outstanding in percent of the car's value; None where one is not known."""
    if not outstanding or car is None or not car.value_amount:
        return None
    return int((outstanding * 100 / car.value_amount).to_integral_value())


def is_uninsured(car: Vehicle | None, today: date) -> bool:
    """Whether the car's insurance, as far as it was stated, has run out."""
    return car is not None and car.insured_until is not None and car.insured_until < today

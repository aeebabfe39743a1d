"""What a search shows: the loans found, grouped by the way that found them, masked."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import OuterRef, Prefetch
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.desk.buckets import Bucket, bucket_facts
from collections_app.desk.search import SHOWN, Hit, has_every_word
from collections_app.desk.search_terms import Way
from loans.borrowers.presentation import lang_of, shown_name
from loans.contracts.models import Loan, LoanParty, PartyRole
from loans.delinquency.queries import days_past_due
from loans.vehicles.models import Vehicle

HEADINGS: Final[dict[Way, str | Promise]] = {
    Way.CONTRACT: _("Contract number"),
    Way.CONTRACT_START: _("Contract numbers that begin so"),
    Way.PLATE: _("Plate"),
    Way.VIN: _("Vehicle identification number"),
    Way.PLATE_START: _("Plates that begin so"),
    Way.VIN_END: _("Vehicle identification numbers that end so"),
    Way.VIN_START: _("Vehicle identification numbers that begin so"),
    Way.PHONE: _("Phone number"),
    Way.PHONE_END: _("Phone numbers that end so"),
    Way.ID_NUMBER: _("Id number"),
    Way.CUSTOMER_NO: _("Customer number"),
    Way.EMAIL: _("E-mail address"),
    Way.NAME: _("Name"),
    Way.SPOKEN_NAME: _("Names that are read so"),
}
#: Shown beside the heading: the end of what was typed, as it stands masked elsewhere.
_SHOWS_END: Final = frozenset({Way.PHONE, Way.PHONE_END, Way.ID_NUMBER, Way.VIN})


@dataclass(frozen=True, slots=True)
class ResultRow:
    href: str
    loan_href: str
    borrower: str
    lang: str
    found_role: str
    found_name: str
    found_lang: str
    contract_no: str
    vehicle: str
    vehicle_lang: str
    bucket: Bucket
    days_past_due: int
    past_due_amount: Decimal | None
    currency: str
    case_state: str
    case_state_name: str


@dataclass(frozen=True, slots=True)
class ResultGroup:
    heading: str | Promise
    ending: str
    rows: list[ResultRow]
    has_more: bool


def address_of(*, user: User, loan_id: UUID) -> str:
    """Returns where a loan is worked: its open case if the reader sees it, else the loan."""
    return _href(loan_id, cases_found(user, [loan_id]).get(loan_id))


def groups_of(*, user: User, text: str, found: dict[Way, list[Hit]]) -> list[ResultGroup]:
    """Returns the groups in the order of `Way`; a loan stands in the first that found it.

    Four queries, whatever was found.
    """
    loan_ids = {hit.loan_id for hits in found.values() for hit in hits}
    if not loan_ids:
        return []
    loans = loans_found(user, loan_ids)
    cases = cases_found(user, list(loan_ids))
    groups, seen = [], set[UUID]()
    for way in Way:
        rows = []
        for hit in found.get(way, ()):
            loan = loans.get(hit.loan_id)
            if loan is None or loan.pk in seen or is_stray(loan, hit, text):
                continue
            seen.add(loan.pk)
            rows.append(_row(loan, hit, cases.get(loan.pk)))
        if rows:
            rows.sort(key=lambda row: (row.contract_no, row.borrower))
            ending = text[-4:] if way in _SHOWS_END else ""
            groups.append(ResultGroup(HEADINGS[way], ending, rows[:SHOWN], len(rows) > SHOWN))
    return groups


def loans_found(user: User, loan_ids: set[UUID]) -> dict[UUID, Loan]:
    """Returns loans with their position, people and cars; three queries."""
    people = LoanParty.objects.visible_to(user).select_related("party").order_by("pk")
    loans = (
        Loan.objects.visible_to(user)
        .filter(pk__in=loan_ids)
        .select_related("portfolio", "position")
        .annotate(
            bucket_facts=bucket_facts(
                scheme=OuterRef("portfolio__bucket_scheme"), code=OuterRef("position__bucket")
            )
        )
        .prefetch_related(
            Prefetch("parties", queryset=people),
            Prefetch("vehicles", queryset=Vehicle.objects.order_by("pk")),
        )
    )
    return {loan.pk: loan for loan in loans}


def cases_found(user: User, loan_ids: list[UUID]) -> dict[UUID, Case]:
    """The open case of each loan, else the last one."""
    cases = Case.objects.visible_to(user).filter(loan__in=loan_ids).order_by("opened_on", "pk")
    latest: dict[UUID, Case] = {}
    for case in cases:
        before = latest.get(case.loan_id)
        if before is None or before.state != CaseState.OPEN:
            latest[case.loan_id] = case
    return latest


def is_stray(loan: Loan, hit: Hit, text: str) -> bool:
    """Whether the index of pairs took another name for this one."""
    if hit.way != Way.NAME:
        return False
    names = [row.party.full_name for row in loan.parties.all() if row.party_id == hit.party_id]
    return not any(has_every_word(name, text) for name in names)


def _row(loan: Any, hit: Hit, case: Case | None) -> ResultRow:
    people = list(loan.parties.all())
    borrower = next((row.party for row in people if row.role == PartyRole.BORROWER), None)
    other = next(
        (row for row in people if row.party_id == hit.party_id and row.party != borrower), None
    )
    vehicle = str(next(iter(loan.vehicles.all()), ""))
    return ResultRow(
        href=_href(loan.pk, case),
        loan_href=reverse("contracts:loan", args=[loan.pk]),
        borrower=shown_name(borrower) if borrower else "",
        lang=lang_of(borrower.full_name) if borrower else "",
        found_role=str(other.get_role_display()) if other else "",
        found_name=shown_name(other.party) if other else "",
        found_lang=lang_of(other.party.full_name) if other else "",
        contract_no=loan.contract_no,
        vehicle=vehicle,
        vehicle_lang=lang_of(vehicle),
        case_state=case.state if case else "",
        case_state_name=str(case.get_state_display()) if case else "",
        **owed_on(loan),
    )


def owed_on(loan: Any) -> dict[str, Any]:
    """Returns bucket, days and amount past due of a loan that was found."""
    position = getattr(loan, "position", None)
    if position is None:
        none = Bucket("", 0, 0, None)
        return {"bucket": none, "days_past_due": 0, "past_due_amount": None, "currency": ""}
    portfolio = loan.portfolio
    return {
        "bucket": Bucket.of(position.bucket, loan.bucket_facts),
        "days_past_due": days_past_due(
            position, portfolio.business_date, due_day_counts=portfolio.due_day_counts
        ),
        "past_due_amount": position.overdue_amount,
        "currency": portfolio.currency,
    }


def _href(loan_id: UUID, case: Case | None) -> str:
    if case is not None and case.state == CaseState.OPEN:
        return reverse("desk:case", args=[case.pk])
    return reverse("contracts:loan", args=[loan_id])

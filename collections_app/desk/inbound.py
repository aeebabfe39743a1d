"""Somebody calls in: who it may be, by number, plate, contract or name, and who has them now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.urls import reverse

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.desk.search import Hit, look_up, realm_of
from collections_app.desk.search_results import cases_found, is_stray, loans_found, owed_on
from collections_app.desk.search_terms import Way, ways_of
from collections_app.desk.search_trail import note_search
from collections_app.worklist.lease_models import Lease
from collections_app.worklist.lease_rows import leases_of
from core import clock
from core.encryption.masks import mask_plate
from loans.borrowers.models import ContactKind, ContactPoint
from loans.borrowers.presentation import lang_of, shown_name
from loans.borrowers.queries import phone_indexes
from loans.contracts.models import LoanParty

#: People listed; more than this says nothing about who is on the line.
MOST: Final = 30
#: Numbers of one person shown, to tell two of a name apart.
_NUMBERS: Final = 3


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who may be on the line, about one loan, with what tells them from others."""

    name: str
    lang: str
    role_name: str
    contract_no: str
    vehicle: str
    vehicle_lang: str
    plate: str
    numbers: str
    is_exact: bool
    days_past_due: int
    past_due_amount: Decimal | None
    currency: str
    bucket: Any
    case_href: str
    loan_href: str
    take_href: str
    point: str
    holder: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Found:
    """Who may be calling, the exact number first; `has_more` where the list was cut."""

    callers: list[Caller]
    has_more: bool
    is_too_short: bool


def find_callers(*, user: User, text: str) -> Found:
    """Returns who may be calling in, inside the reader's scope; at most nine queries.

    Whoever has exactly the number stands first. A text that names a loan or a car brings everybody
    on the loan: any of them may be on the line. Raises SearchedTooOften as the search does.
    """
    ways = ways_of(text)
    if not ways:
        return Found([], has_more=False, is_too_short=bool(text))
    note_search(user=user, ways=ways)
    hits = look_up(user=user, text=text, ways=ways)
    loans = loans_found(user, {hit.loan_id for found in hits.values() for hit in found})
    people = list(_people(hits, loans, text))
    if not people:
        return Found([], has_more=False, is_too_short=False)
    points = _numbers([row.party_id for row in people])
    cases = cases_found(user, [row.loan_id for row in people])
    leases = leases_of({case.borrower_id for case in cases.values()}, at=clock.now())
    indexes = phone_indexes(text=text, countries=realm_of(user).countries)
    callers = [
        _caller(user, row, loans[row.loan_id], cases.get(row.loan_id), points, leases, indexes)
        for row in people
    ]
    # Python sorts stably: of those alike the order of the search stays.
    callers.sort(key=lambda caller: (not caller.is_exact, not caller.take_href))
    return Found(callers[:MOST], has_more=len(callers) > MOST, is_too_short=False)


def _people(hits: dict[Way, list[Hit]], loans: dict[UUID, Any], text: str) -> Iterable[LoanParty]:
    """Each person of each loan once: who was found, or everybody where only the loan was."""
    seen: set[tuple[UUID, UUID]] = set()
    for way in Way:
        for hit in hits.get(way, ()):
            loan = loans.get(hit.loan_id)
            if loan is None or is_stray(loan, hit, text):
                continue
            for row in loan.parties.all():
                is_meant = hit.party_id in (None, row.party_id)
                if is_meant and (row.loan_id, row.party_id) not in seen:
                    seen.add((row.loan_id, row.party_id))
                    yield row


def _numbers(people: list[UUID]) -> dict[UUID, list[ContactPoint]]:
    found: dict[UUID, list[ContactPoint]] = defaultdict(list)
    points = ContactPoint.objects.filter(party__in=people, kind=ContactKind.PHONE)
    for point in points.order_by("invalid_since", "pk"):
        found[point.party_id].append(point)
    return found


def _caller(
    user: User,
    row: LoanParty,
    loan: Any,
    case: Case | None,
    points: dict[UUID, list[ContactPoint]],
    leases: dict[UUID, Lease],
    indexes: frozenset[bytes],
) -> Caller:
    own = points.get(row.party_id, [])
    exact = next((point for point in own if bytes(point.value_index or b"") in indexes), None)
    is_open = case is not None and case.state == CaseState.OPEN
    lease = leases.get(case.borrower_id) if case is not None else None
    held = lease if lease is not None and lease.agent_id != user.pk else None
    car = next(iter(loan.vehicles.all()), None)
    vehicle = str(car or "")
    may_take = is_open and has_right(user, "contact.record")
    return Caller(
        name=shown_name(row.party),
        lang=lang_of(row.party.full_name),
        role_name=str(row.get_role_display()),
        contract_no=loan.contract_no,
        vehicle=vehicle,
        vehicle_lang=lang_of(vehicle),
        plate=mask_plate(car.plate) if car is not None and car.plate else "",
        numbers=", ".join(point.masked for point in own[:_NUMBERS]),
        is_exact=exact is not None,
        case_href=reverse("desk:case", args=[case.pk]) if case is not None and is_open else "",
        loan_href=reverse("contracts:loan", args=[loan.pk]),
        take_href=reverse("desk:take_call", args=[case.pk, row.party_id])
        if case is not None and may_take and held is None
        else "",
        point=str(exact.pk) if exact is not None else "",
        holder=held.agent.get_full_name() if held is not None else "",
        until=held.expires_at if held is not None else None,
        **owed_on(loan),
    )

"""Whether a callback may be agreed for a time: the gate is asked about that very moment.

Only what time alone lifts speaks against it, hours above all. A stop may be lifted until then;
the call itself is asked for anew when it is made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from collections_app.cases.models import Case
from collections_app.contacts.calling_order import in_calling_order
from compliance.gate.facts import Channel, ContactFacts, ContactRequest, Finding
from compliance.gate.queries import gather
from compliance.gate.services import judge
from compliance.rules.local_time import HORIZON
from core import clock
from loans.borrowers.models import Address, AddressKind, ContactKind, ContactPlace, ContactPoint

#: Hours that open one after the other are not followed for ever.
_MOST_OPENINGS = 200


@dataclass(frozen=True, slots=True)
class Hours:
    """What speaks against a moment, and the first one after it against which nothing does."""

    against: tuple[Finding, ...]
    nearest: datetime | None


def zone_of_party(facts: ContactFacts, case: Case) -> str:
    """Returns the zone whose clock a person reads: where they live, else where a number is.

    The portfolio's where nobody knows; the gate lets nobody be called until it is known.
    """
    return facts.day_zone or next(iter(facts.zones), "") or case.portfolio.time_zone


def facts_at(
    *, case: Case, party_id: UUID, contact_point_id: UUID | None, at: datetime
) -> ContactFacts:
    """Returns what the gate looks at for a call at a moment; without a number, to the first one."""
    if contact_point_id is None:
        phones = ContactPoint.objects.filter(party=party_id, kind=ContactKind.PHONE)
        contact_point_id = in_calling_order(phones).values_list("pk", flat=True).first()
    return gather(
        ContactRequest(
            party_id=party_id,
            loan_ids=(case.loan_id,),
            channel=Channel.CALL,
            at=at,
            contact_point_id=contact_point_id,
        )
    )


def hours_at(facts: ContactFacts) -> Hours:
    """Judges the moment of the facts. Pure."""
    against = _passing(facts)
    return Hours(against=against, nearest=_nearest(facts, against) if against else None)


def _passing(facts: ContactFacts) -> tuple[Finding, ...]:
    return tuple(found for found in judge(facts).denials if found.opens_at is not None)


def _nearest(facts: ContactFacts, against: tuple[Finding, ...]) -> datetime | None:
    latest = facts.request.at + HORIZON
    for _step in range(_MOST_OPENINGS):
        at = max(found.opens_at for found in against if found.opens_at is not None)
        if not facts.request.at < at <= latest:
            return None
        facts = replace(facts, request=replace(facts.request, at=at))
        against = _passing(facts)
        if not against:
            return at
    return None


def zone_of_case(case: Case) -> str:
    """Returns the zone whose clock the borrower of a case reads."""
    facts = facts_at(case=case, party_id=case.borrower_id, contact_point_id=None, at=clock.now())
    return zone_of_party(facts, case)


def zone_of_places(points: Iterable[ContactPoint], addresses: Iterable[Address], case: Case) -> str:
    """As `zone_of_case`, from the borrower's numbers and current addresses already read."""
    places: list[ContactPoint | Address] = [
        *sorted(addresses, key=lambda place: place.kind != AddressKind.HOME),
        *sorted(
            (point for point in points if point.invalid_since is None),
            key=lambda point: (point.kind != ContactKind.PHONE, point.place != ContactPlace.MOBILE),
        ),
    ]
    zones = (zone for place in places for zone in place.time_zones)
    return next(zones, case.portfolio.time_zone)

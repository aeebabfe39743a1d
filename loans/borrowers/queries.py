"""Finding parties by what people know of them, and the zones they may be in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from core.encryption import blind_index, last4_index
from loans.borrowers.models import Address, ContactKind, ContactPoint, Party
from loans.borrowers.names import bigrams
from loans.borrowers.normalising import (
    Unusable,
    normalise_email,
    normalise_id_number,
    normalise_phone,
)

if TYPE_CHECKING:
    from accounts.models import User


def search_names(*, user: User, text: str) -> QuerySet[Party]:
    """Returns the parties whose name holds every pair of letters of `text`, in name order."""
    pairs = bigrams(text)
    if not pairs:
        return Party.objects.none()
    found: QuerySet[Party] = Party.objects.visible_to(user)
    return found.filter(name_bigrams__contains=pairs).order_by("name_sort_key", "pk")


def find_by_phone(*, user: User, text: str, country: str) -> QuerySet[Party]:
    """Returns the parties with this number, or nobody where it is no number."""
    try:
        number = normalise_phone(text, country)
    except Unusable:
        return Party.objects.none()
    return _by_contact(user, ContactKind.PHONE, number)


def find_by_email(*, user: User, text: str) -> QuerySet[Party]:
    """Returns the parties with this e-mail address, or nobody where it is none."""
    try:
        address = normalise_email(text)
    except Unusable:
        return Party.objects.none()
    return _by_contact(user, ContactKind.EMAIL, address)


def find_by_phone_end(*, user: User, last4: str) -> QuerySet[Party]:
    """Returns the parties with a number ending in these four digits; callers limit the rate."""
    index = last4_index(kind=ContactKind.PHONE, last4=last4)
    found: QuerySet[Party] = Party.objects.visible_to(user)
    return found.filter(contact_points__last4_index=index).distinct()


def find_by_id_number(*, user: User, text: str, country: str) -> QuerySet[Party]:
    """Returns the parties with this id number, or nobody where it is none."""
    try:
        number = normalise_id_number(text, country)
    except Unusable:
        return Party.objects.none()
    found: QuerySet[Party] = Party.objects.visible_to(user)
    return found.filter(id_number_index=blind_index(kind="id_number", normalised=number))


def candidate_zones_of(contact_point: ContactPoint) -> frozenset[str]:
    """Returns the zones a contact point may ring in; empty: not known."""
    return frozenset(contact_point.time_zones)


def candidate_zones(party: Party) -> frozenset[str]:
    """Returns every zone the party may be in by current addresses and usable numbers.

    All of them count: where data conflict, a time must be right in every place the person may be.
    Empty means not known. Two queries unless prefetched.
    """
    zones: set[str] = set()
    for address in Address.objects.filter(party=party, is_current=True):
        zones.update(address.time_zones)
    for point in ContactPoint.objects.filter(party=party, invalid_since__isnull=True):
        zones.update(point.time_zones)
    return frozenset(zones)


def _by_contact(user: User, kind: str, value: str) -> QuerySet[Party]:
    index = blind_index(kind=kind, normalised=value)
    found: QuerySet[Party] = Party.objects.visible_to(user)
    return found.filter(
        pk__in=ContactPoint.objects.filter(kind=kind, value_index=index).values("party_id")
    )

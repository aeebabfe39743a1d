"""Where people may be: their numbers and addresses, the zones these point to, whose day counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID

import holidays

from compliance.gate.facts import ContactRequest
from compliance.gate.records import Records
from loans.borrowers.models import AddressKind, ContactKind, ContactPlace

#: The five boroughs by the names that stand in addresses; a pack of the city has the place NYC.
_CITIES: Final = {
    ("US", "NY"): dict.fromkeys(
        ("new york", "new york city", "manhattan", "brooklyn", "queens", "bronx", "staten island"),
        "NYC",
    )
}


class Place(NamedTuple):
    """A number, an e-mail or a current address of a person; `pk` is empty for an address."""

    pk: UUID | None
    kind: str
    place: str
    time_zones: tuple[str, ...]
    is_invalid: bool
    location: str
    reference: str


@dataclass(slots=True)
class Whereabouts:
    """What the rules need to know of where one person may be, whichever number is asked about."""

    points: dict[UUID, Place] = field(default_factory=dict)
    zones: tuple[str, ...] = ()
    day_zone: str = ""
    locations: tuple[str, ...] = ()
    has_phone: bool = False
    has_valid_phone: bool = False

    def point_of(self, request: ContactRequest) -> Place | None:
        """Returns the number or address asked about, when it is the person's own."""
        return self.points.get(request.contact_point_id) if request.contact_point_id else None

    def zones_of(self, point: Place | None) -> tuple[str, ...]:
        """Every zone the person may be in; a number that is to ring counts even if invalid."""
        further = set(point.time_zones).difference(self.zones) if point else None
        return tuple(sorted(further.union(self.zones))) if further else self.zones


def whereabouts_of(party_id: UUID, records: Records) -> Whereabouts:
    """Returns where a person may be, from the numbers and current addresses on record.

    Zones are those of every valid number and current address; the first that is known says whose
    days are counted, whichever number is asked about.
    """
    places = sorted(_places(party_id, records), key=_order)
    valid = [place for place in places if not place.is_invalid]
    phones = [place for place in places if place.kind == ContactKind.PHONE]
    return Whereabouts(
        points={place.pk: place for place in places if place.pk is not None},
        zones=tuple(sorted({zone for place in valid for zone in place.time_zones})),
        day_zone=next((zone for place in valid for zone in place.time_zones), ""),
        locations=tuple(dict.fromkeys(place.location for place in places if place.location)),
        has_phone=bool(phones),
        has_valid_phone=any(not phone.is_invalid for phone in phones),
    )


def _places(party_id: UUID, records: Records) -> Iterator[Place]:
    for row in records.of("number", party_id) + records.of("address", party_id):
        found = row.details or {}
        country = found.get("country", "")
        yield Place(
            pk=row.contact_point_id,
            kind=row.kind,
            place=row.word,
            time_zones=tuple(found.get("zones") or ()),
            is_invalid=row.day is not None,
            location=location_of(country, found["region"], found["city"]) if country else "",
            reference=row.reference,
        )


def _order(place: Place) -> tuple[bool, bool, bool, str]:
    """Addresses before numbers, home before other addresses, mobiles before other numbers."""
    return (
        place.pk is not None,
        place.kind not in (AddressKind.HOME, ContactKind.PHONE),
        place.place != ContactPlace.MOBILE,
        place.reference,
    )


@lru_cache(maxsize=4096)
def location_of(country: str, region: str, city: str) -> str:
    """Returns a place as packs name it: US-MA for Massachusetts, US-NY-NYC for Brooklyn."""
    region = _region_code(country, region.strip())
    city = _CITIES.get((country, region), {}).get(city.strip().casefold(), "")
    return "-".join(part for part in (country, region, city) if part)


def _region_code(country: str, region: str) -> str:
    return _codes_of(country).get(region.casefold(), region)


@lru_cache(maxsize=64)
def _codes_of(country: str) -> dict[str, str]:
    """The codes of a country's regions by code and by name, as far as the calendar knows them."""
    calendar = getattr(holidays, country, None)
    if calendar is None or not hasattr(calendar, "get_subdivision_aliases"):
        return {}
    names = calendar.get_subdivision_aliases()
    return {name.casefold(): code for code, aliases in names.items() for name in (code, *aliases)}

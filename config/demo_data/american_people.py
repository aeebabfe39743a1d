"""Invented people in the United States, over all time zones, with what they drive."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random
from typing import Final

from config.demo_data import identities
from config.demo_data.cars import CarModel
from loans.borrowers.rows import AddressRow, ContactRow, PartyRow


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_MEN: Final = _words(
    "James Robert John Michael David William Richard Joseph Thomas Carlos Daniel Matthew Anthony "
    "Marcus Steven Andrew Kenneth Joshua Kevin Brian Luis Timothy Jason Jeffrey Ryan Jacob Andre "
    "Nicholas Eric Jonathan Juan Tyrone Darnell Minh Raj Omar Hector Wei Samuel Diego"
)
_WOMEN: Final = _words(
    "Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Maria Karen Nancy Lisa Sandra "
    "Ashley Emily Donna Michelle Carol Amanda Melissa Guadalupe Rebecca Laura Stephanie Latoya "
    "Kimberly Angela Brenda Nicole Keisha Samantha Rosa Priya Linh Yolanda Carmen Denise Tamika"
)
_SURNAMES: Final = _words(
    "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez "
    "Gonzalez Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris "
    "Sanchez Clark Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill "
    "Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts Gomez Phillips "
    "Evans Turner Diaz Parker Cruz Edwards Collins Reyes Stewart Morris Morales Murphy Cook Rogers "
    "Gutierrez Ortiz Morgan Cooper Peterson Bailey Reed Kelly Howard Ramos Kim Cox Ward Richardson "
    "Watson Brooks Chavez Wood Bennett Gray Mendoza Ruiz Hughes Price Alvarez Castillo Sanders "
    "Patel Myers Long Ross Foster Jimenez Begay O'Brien"
)
_STREETS: Final = (
    "Maple Street", "Oak Avenue", "Cedar Lane", "Washington Street", "Lakeview Drive",
    "Elm Street", "Sunset Boulevard", "Highland Avenue", "Church Street", "Park Avenue",
    "Pine Ridge Road", "Martin Luther King Drive", "2nd Street", "Meadow Lane", "River Road",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A city: its state, the beginning of its postcodes, its area codes."""

    state: str
    city: str
    postcode: str
    area_codes: tuple[str, ...]


PLACES: Final = (
    Place("NY", "Buffalo", "142", ("716",)),
    Place("NY", "Brooklyn", "112", ("718", "347")),
    Place("MA", "Worcester", "016", ("508",)),
    Place("NC", "Charlotte", "282", ("704",)),
    Place("GA", "Atlanta", "303", ("404", "678")),
    Place("FL", "Orlando", "328", ("407",)),
    Place("FL", "Pensacola", "325", ("850",)),
    Place("OH", "Cleveland", "441", ("216",)),
    Place("PA", "Pittsburgh", "152", ("412",)),
    Place("MI", "Detroit", "482", ("313",)),
    Place("IL", "Chicago", "606", ("312", "773")),
    Place("TX", "Dallas", "752", ("214", "972")),
    Place("TX", "Houston", "770", ("713", "281")),
    Place("TX", "San Antonio", "782", ("210",)),
    Place("TX", "El Paso", "799", ("915",)),
    Place("TN", "Memphis", "381", ("901",)),
    Place("LA", "New Orleans", "701", ("504",)),
    Place("OK", "Tulsa", "741", ("918",)),
    Place("CO", "Denver", "802", ("303", "720")),
    Place("NM", "Albuquerque", "871", ("505",)),
    Place("UT", "Ogden", "844", ("801",)),
    Place("AZ", "Phoenix", "850", ("602", "480")),
    Place("AZ", "Tucson", "857", ("520",)),
    Place("CA", "Fresno", "937", ("559",)),
    Place("CA", "Los Angeles", "900", ("213", "323")),
    Place("CA", "Sacramento", "958", ("916",)),
    Place("WA", "Tacoma", "984", ("253",)),
    Place("OR", "Portland", "972", ("503",)),
    Place("NV", "Las Vegas", "891", ("702",)),
)

CARS: Final = (
    CarModel("Toyota", "Camry", "4T1", 28),
    CarModel("Toyota", "Corolla", "5YF", 23),
    CarModel("Honda", "Civic", "2HG", 25),
    CarModel("Honda", "CR-V", "7FA", 31),
    CarModel("Nissan", "Altima", "1N4", 27),
    CarModel("Nissan", "Rogue", "5N1", 29),
    CarModel("Ford", "F-150", "1FT", 42),
    CarModel("Ford", "Escape", "1FM", 29),
    CarModel("Chevrolet", "Malibu", "1G1", 26),
    CarModel("Chevrolet", "Silverado 1500", "3GC", 41),
    CarModel("Hyundai", "Elantra", "KMH", 22),
    CarModel("Hyundai", "Tucson", "5NM", 29),
    CarModel("Kia", "Forte", "3KP", 21),
    CarModel("Jeep", "Compass", "3C4", 29),
    CarModel("Ram", "1500", "1C6", 43),
    CarModel("Tesla", "Model 3", "5YJ", 40, is_electric=True),
)
INSURERS: Final = ("Progressive", "State Farm", "GEICO", "Allstate")

#: A satellite telephone: its numbering plan says nothing about where it rings.
SATELLITE_PHONE: Final = "+881612345678"


def full_name(*, rng: Random, is_woman: bool) -> str:
    """Returns a first name and a surname, sometimes with an initial between."""
    first = rng.choice(_WOMEN if is_woman else _MEN)
    initial = f" {rng.choice('ABCDEGHJKLMNPRSTW')}." if rng.random() < 0.25 else ""
    return f"{first}{initial} {rng.choice(_SURNAMES)}"


def person(*, rng: Random, customer_no: str, place: Place, today: dt.date) -> PartyRow:
    """Returns one person who lives in a place; some have a second number or an e-mail address."""
    is_woman = rng.random() < 0.47
    area_code = rng.choice(place.area_codes)
    points = [_phone(rng, area_code, "mobile")]
    if rng.random() < 0.3:
        points.append(_phone(rng, area_code, rng.choice(("home", "work"))))
    if rng.random() < 0.6:
        points.append(ContactRow(kind="email", value=f"{customer_no.lower()}@example.com"))
    return PartyRow(
        customer_no=customer_no,
        full_name=full_name(rng=rng, is_woman=is_woman),
        salutation=("ms" if is_woman else "mr") if rng.random() < 0.6 else "",
        language=_language(customer_no, place),
        id_number=identities.us_tax_number(rng),
        born_on=today - dt.timedelta(days=rng.randrange(20 * 365, 66 * 365)),
        contact_points=tuple(points),
        addresses=(_home(rng, place),),
    )


def _language(customer_no: str, place: Place) -> str:
    """Spanish for every fifth person in Texas and Florida; Vietnamese, which nobody here speaks."""
    number = int("".join(filter(str.isdigit, customer_no)) or 0)
    if number % 40 == 0:
        return "vi"
    return "es" if place.state in ("TX", "FL") and number % 5 == 0 else "en"


def nowhere(row: PartyRow) -> PartyRow:
    """Returns the person with nothing that tells a time zone: a forces' post box, a satellite."""
    address = AddressRow(
        text="PSC 1234, Box 5678, APO AE 09123", country="US", region="AE", city="APO"
    )
    return PartyRow(
        customer_no=row.customer_no,
        full_name=row.full_name,
        salutation=row.salutation,
        language=row.language,
        id_number=row.id_number,
        born_on=row.born_on,
        contact_points=(ContactRow(kind="phone", value=SATELLITE_PHONE, place="mobile"),),
        addresses=(address,),
    )


def _phone(rng: Random, area_code: str, place: str) -> ContactRow:
    number = identities.us_phone(rng=rng, area_code=area_code)
    return ContactRow(kind="phone", value=number, place=place)


def _home(rng: Random, place: Place) -> AddressRow:
    unit = f", Apt {rng.randrange(1, 40)}" if rng.random() < 0.3 else ""
    street = f"{rng.randrange(100, 9900)} {rng.choice(_STREETS)}{unit}"
    postcode = f"{place.postcode}{rng.randrange(1, 60):02d}"
    return AddressRow(
        text=f"{street}, {place.city}, {place.state} {postcode}",
        country="US",
        region=place.state,
        city=place.city,
    )

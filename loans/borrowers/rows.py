"""What a file, a form or the API says about a party, before it is checked and sealed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow:
    """One phone number or e-mail address, as written by its source."""

    kind: str
    value: str
    place: str = ""
    verified_on: dt.date | None = None
    invalid_since: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRow:
    """One postal address. An empty country is the portfolio's own."""

    text: str
    country: str = ""
    kind: str = "home"
    region: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRow:
    """A person or firm with everything known about how to reach them."""

    customer_no: str
    full_name: str
    kind: str = "person"
    salutation: str = ""
    language: str = ""
    id_number: str = ""
    born_on: dt.date | None = None
    contact_points: tuple[ContactRow, ...] = ()
    addresses: tuple[AddressRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a value cannot be taken: which field, a stable code, and a sentence with the remedy."""

    field: str
    code: str
    sentence: str

"""Turns checked rows into rows whose personal values are sealed, indexed and masked."""

from __future__ import annotations

import datetime as dt

from core.encryption import (
    blind_index,
    last4_index,
    mask_address,
    mask_email,
    mask_phone,
    seal,
    unseal,
)
from core.ids import uuid7
from loans.borrowers.models import Address, ContactKind, ContactPoint, Party
from loans.borrowers.normalising import zones_of_phone
from loans.borrowers.rows import AddressRow, ContactRow
from loans.borrowers.zones import zones_of_place

PARTY_TABLE = "loans_party"
CONTACT_TABLE = "loans_contactpoint"
ADDRESS_TABLE = "loans_address"


def contact_index(row: ContactRow) -> bytes:
    """Returns the blind index of a normalised number or address."""
    return blind_index(kind=row.kind, normalised=row.value)


def address_index(row: AddressRow) -> bytes:
    """Returns the blind index of an address, by which the same one is known again."""
    return blind_index(kind="address", normalised=f"{row.country}|{row.text.casefold()}")


def make_contact_point(party: Party, row: ContactRow) -> ContactPoint:
    """Returns the unsaved contact point of a normalised row."""
    pk = uuid7()
    is_phone = row.kind == ContactKind.PHONE
    return ContactPoint(
        id=pk,
        party=party,
        kind=row.kind,
        place=row.place,
        value=seal(
            key=party.data_key, plaintext=row.value, table=CONTACT_TABLE, column="value", row_id=pk
        ),
        value_index=contact_index(row),
        last4_index=last4_index(kind=row.kind, last4=row.value[-4:]) if is_phone else None,
        masked=(mask_phone if is_phone else mask_email)(row.value)[:120],
        time_zones=list(zones_of_phone(row.value)) if is_phone else [],
        verified_on=row.verified_on,
        invalid_since=row.invalid_since,
    )


def make_address(party: Party, row: AddressRow) -> Address:
    """Returns the unsaved address of a normalised row."""
    pk = uuid7()
    return Address(
        id=pk,
        party=party,
        kind=row.kind,
        text=seal(
            key=party.data_key, plaintext=row.text, table=ADDRESS_TABLE, column="text", row_id=pk
        ),
        text_index=address_index(row),
        masked=mask_address(row.text)[:200],
        country=row.country,
        region=row.region,
        city=row.city[:80],
        time_zones=list(zones_of_place(country=row.country, region=row.region)),
    )


def seal_identity(party: Party, *, id_number: str, born_on: dt.date | None) -> bool:
    """Seals an id number and a date of birth on a party; tells whether anything changed."""
    is_changed = False
    if id_number:
        index = blind_index(kind="id_number", normalised=id_number)
        if party.id_number_index is None or bytes(party.id_number_index) != index:
            party.id_number = _seal(party, "id_number", id_number)
            party.id_number_index = index
            party.id_number_last4_index = last4_index(kind="id_number", last4=id_number[-4:])
            is_changed = True
    if born_on is not None and _born_on(party) != born_on.isoformat():
        party.born_on = _seal(party, "born_on", born_on.isoformat())
        is_changed = True
    return is_changed


def _seal(party: Party, column: str, text: str) -> bytes:
    return seal(
        key=party.data_key, plaintext=text, table=PARTY_TABLE, column=column, row_id=party.pk
    )


def _born_on(party: Party) -> str | None:
    if party.born_on is None:
        return None
    return unseal(
        key=party.data_key,
        sealed=party.born_on,
        table=PARTY_TABLE,
        column="born_on",
        row_id=party.pk,
    )

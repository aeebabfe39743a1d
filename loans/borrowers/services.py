"""What changes a party and how to reach them, and every look at what is sealed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from django.db import transaction

from core.audit import Actor, record
from loans.borrowers.checks import require_sound
from loans.borrowers.models import Address, ContactPoint, Party
from loans.borrowers.names import bigrams, sort_key
from loans.borrowers.registration import (
    place_one_address,
    register_parties,
    register_party,
)
from loans.borrowers.rows import AddressRow, ContactRow, PartyRow
from loans.borrowers.sealed_rows import (
    contact_index,
    make_contact_point,
    seal_identity,
)
from loans.contracts.fact_writing import require_reason
from loans.portfolios.refusals import Refused

__all__ = [
    "add_address",
    "add_contact_point",
    "correct_party",
    "mark_invalid",
    "mark_verified",
    "register_parties",
    "register_party",
    "take_back_invalid",
]

_CORRECTABLE: Final = frozenset({"full_name", "salutation", "language", "id_number", "born_on"})


@transaction.atomic
def add_contact_point(*, party: Party, row: ContactRow, country: str, by: Actor) -> ContactPoint:
    """Adds a number or e-mail address; one the party has already is returned as it is.

    Arguments: country (ISO 3166) for numbers without a country code. Raises Refused.
    """
    checked = _checked(party, country, contact_points=(row,)).contact_points[0]
    locked = _lock(party)
    before = ContactPoint.objects.filter(
        party=locked, kind=checked.kind, value_index=contact_index(checked)
    ).first()
    if before is not None:
        return before
    point = make_contact_point(locked, checked)
    point.save(force_insert=True)
    _record(locked, "party.add_contact_point", by, {"contact_point": str(point.pk)})
    return point


@transaction.atomic
def add_address(*, party: Party, row: AddressRow, country: str, by: Actor) -> Address:
    """Adds an address, which becomes the current one of its kind; the others stay readable."""
    checked = _checked(party, country, addresses=(row,)).addresses[0]
    locked = _lock(party)
    of_kind = {
        bytes(address.text_index): address
        for address in Address.objects.filter(party=locked, kind=checked.kind)
    }
    added: list[Address] = []
    changed: list[Address] = []
    place_one_address(locked, checked, of_kind, added, changed)
    Address.objects.bulk_update(changed, ["is_current"])
    Address.objects.bulk_create(added)
    current = next(address for address in of_kind.values() if address.is_current)
    if added or changed:
        _record(locked, "party.add_address", by, {"address": str(current.pk)})
    return current


@transaction.atomic
def mark_verified(*, contact_point: ContactPoint, on: dt.date, by: Actor) -> ContactPoint:
    """Notes that the party was reached at this contact point; it is no longer marked invalid."""
    locked = ContactPoint.objects.select_for_update().get(pk=contact_point.pk)
    locked.verified_on, locked.invalid_since = on, None
    locked.save(update_fields=["verified_on", "invalid_since"])
    _record_point(locked, "contact_point.verify", by, {"on": on})
    return locked


@transaction.atomic
def mark_invalid(
    *, contact_point: ContactPoint, on: dt.date, reason: str, by: Actor
) -> ContactPoint:
    """Notes that nobody we look for is reached here; marking it twice keeps the first day."""
    why = require_reason(reason)
    locked = ContactPoint.objects.select_for_update().get(pk=contact_point.pk)
    if locked.invalid_since is None:
        locked.invalid_since = on
        locked.save(update_fields=["invalid_since"])
        _record_point(locked, "contact_point.invalidate", by, {"on": on}, reason=why)
    return locked


@transaction.atomic
def take_back_invalid(*, contact_point: ContactPoint, reason: str, by: Actor) -> ContactPoint:
    """Takes back that a contact point was marked invalid by mistake; nothing is said of it then."""
    why = require_reason(reason)
    locked = ContactPoint.objects.select_for_update().get(pk=contact_point.pk)
    if locked.invalid_since is not None:
        locked.invalid_since = None
        locked.save(update_fields=["invalid_since"])
        _record_point(locked, "contact_point.take_back_invalid", by, {}, reason=why)
    return locked


@transaction.atomic
def correct_party(
    *, party: Party, changes: Mapping[str, Any], country: str, by: Actor, reason: str
) -> Party:
    """Corrects a party's name, salutation, language, id number or date of birth.

    The trail names the fields, never their values. Raises Refused for any other field.
    """
    why = require_reason(reason)
    unknown = sorted(set(changes) - _CORRECTABLE)
    if unknown:
        known = ", ".join(sorted(_CORRECTABLE))
        raise Refused(
            "party_field", f"{unknown[0]} of a party is not corrected here; there are: {known}."
        )
    locked = _lock(party)
    checked = _checked(locked, country, **changes)
    locked.full_name = checked.full_name
    locked.name_bigrams = bigrams(checked.full_name)
    locked.name_sort_key = sort_key(checked.full_name)
    locked.salutation, locked.language = checked.salutation, checked.language
    seal_identity(locked, id_number=checked.id_number, born_on=checked.born_on)
    locked.save()
    _record(locked, "party.correct", by, {"fields": sorted(changes)}, reason=why)
    return locked


def _lock(party: Party) -> Party:
    Party.objects.select_for_update(no_key=True).get(pk=party.pk)
    return Party.objects.select_related("data_key").get(pk=party.pk)


def _checked(party: Party, country: str, **changes: Any) -> PartyRow:
    row = PartyRow(
        customer_no=party.customer_no,
        full_name=party.full_name,
        kind=party.kind,
        salutation=party.salutation,
        language=party.language,
    )
    return require_sound(row=replace(row, **changes), country=country)


def _record(
    party: Party, action: str, by: Actor, data: Mapping[str, Any], *, reason: str = ""
) -> None:
    record(
        action=action,
        by=by,
        object_type="loans.Party",
        object_id=party.pk,
        reason=reason,
        data=data,
    )


def _record_point(
    point: ContactPoint, action: str, by: Actor, data: Mapping[str, Any], *, reason: str = ""
) -> None:
    record(
        action=action,
        by=by,
        object_type="loans.ContactPoint",
        object_id=point.pk,
        reason=reason,
        data={"party": str(point.party_id), **data},
    )

"""Registers parties: sealed under a key each, in a few statements however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from core.audit import Actor, record
from core.encryption import DataKey, new_data_keys, unseal
from core.facts.among import among, among_ids
from core.facts.copying import copy_rows
from core.ids import uuid7
from core.locks import Lock, advisory_lock
from loans.borrowers.checks import require_sound
from loans.borrowers.models import Address, ContactPoint, Party
from loans.borrowers.names import bigrams, sort_key
from loans.borrowers.rows import AddressRow, ContactRow, PartyRow
from loans.borrowers.sealed_rows import (
    address_index,
    contact_index,
    make_address,
    make_contact_point,
    seal_identity,
)
from loans.imports.models import ImportBatch
from loans.portfolios.models import Portfolio
from loans.portfolios.refusals import Refused

_IDENTITY = ("id_number", "id_number_index", "id_number_last4_index", "born_on")
_UPDATED = (
    "kind",
    "full_name",
    "name_bigrams",
    "name_sort_key",
    "salutation",
    "language",
    *_IDENTITY,
)


def register_party(*, portfolio: Portfolio, row: PartyRow, by: Actor) -> Party:
    """Registers one party, or updates what differs; see `register_parties`."""
    ids = register_parties(portfolio=portfolio, rows=[row], by=by)
    return Party.objects.get(pk=next(iter(ids.values())))


@transaction.atomic
def register_parties(
    *,
    portfolio: Portfolio,
    rows: Sequence[PartyRow],
    by: Actor,
    batch: ImportBatch | None = None,
    are_normalised: bool = False,
    are_parted: bool = False,
) -> dict[str, UUID]:
    """Registers parties with their contact points and addresses; returns ids by customer number.

    A customer number already known in the portfolio's number space is the same party: what the row
    says and the party lacks or has otherwise is taken over, what the row leaves out stays.
    `are_normalised`: phone, e-mail and id numbers have been brought into their one form, as an
    import does when it reads them; `are_parted`: nobody brings the same customers at this moment,
    for one import holds the number space and parts them among its processes. Raises Refused,
    naming the row, for values that cannot be; nothing is written then.
    """
    checked = [
        require_sound(
            row=row,
            country=portfolio.country,
            row_index=index,
            is_normalised=are_normalised,
        )
        for index, row in enumerate(rows)
    ]
    _refuse_twins(checked)
    namespace = portfolio.customer_namespace
    advisory_lock(Lock.PERSON, namespace, is_shared=are_parted)
    known = {
        party.customer_no: party
        for party in Party.objects.select_related("data_key").filter(
            among("customer_no", [row.customer_no for row in checked]), namespace=namespace
        )
    }
    fresh = _create(namespace, [row for row in checked if row.customer_no not in known])
    changed = _update(known, checked)
    parties = known | fresh
    points = _add_contact_points(parties, known, checked)
    addresses = _add_addresses(parties, known, checked)
    if fresh or changed or points or addresses:
        record(
            action="party.register",
            by=by,
            object_type="loans.Portfolio",
            object_id=portfolio.pk,
            portfolio_id=portfolio.pk,
            data={
                "created": len(fresh),
                "updated": changed,
                "contact_points": points,
                "addresses": addresses,
                "batch": str(batch.pk) if batch else "",
            },
            count=max(1, len(fresh) + changed),
        )
    return {row.customer_no: parties[row.customer_no].pk for row in checked}


def _refuse_twins(rows: Iterable[PartyRow]) -> None:
    seen: set[str] = set()
    for index, row in enumerate(rows):
        if row.customer_no in seen:
            raise Refused(
                "customer_twice",
                f"Customer number {row.customer_no} stands in two rows; join them into one.",
                row_index=index,
            )
        seen.add(row.customer_no)


def _create(namespace: str, rows: Sequence[PartyRow]) -> dict[str, Party]:
    keys = new_data_keys(len(rows)) if rows else []
    parties = [_make_party(namespace, row, key) for row, key in zip(rows, keys, strict=True)]
    copy_rows(parties)
    return {party.customer_no: party for party in parties}


def _make_party(namespace: str, row: PartyRow, key: DataKey) -> Party:
    party = Party(id=uuid7(), namespace=namespace, customer_no=row.customer_no, data_key=key)
    _take_over(party, row)
    return party


def _take_over(party: Party, row: PartyRow) -> bool:
    """Sets what the row says; tells whether anything changed."""
    words: dict[str, Any] = {"kind": row.kind}
    if row.salutation:
        words["salutation"] = row.salutation
    if row.language:
        words["language"] = row.language
    is_changed = party.full_name != row.full_name
    if is_changed:
        party.full_name = row.full_name
        party.name_bigrams = bigrams(row.full_name)
        party.name_sort_key = sort_key(row.full_name)
    for name, value in words.items():
        if getattr(party, name) != value:
            setattr(party, name, value)
            is_changed = True
    return seal_identity(party, id_number=row.id_number, born_on=row.born_on) or is_changed


def _update(known: dict[str, Party], rows: Iterable[PartyRow]) -> int:
    changed = [
        known[row.customer_no]
        for row in rows
        if row.customer_no in known and _take_over(known[row.customer_no], row)
    ]
    if changed:
        Party.objects.bulk_update(changed, _UPDATED, batch_size=1000)
    return len(changed)


def _add_contact_points(
    parties: dict[str, Party], known: dict[str, Party], rows: Sequence[PartyRow]
) -> int:
    if not any(row.contact_points for row in rows):
        return 0
    found = ContactPoint.objects.filter(
        among_ids("party_id", (party.pk for party in known.values()))
    )
    stored: dict[tuple[UUID, str, bytes], ContactPoint] = {
        (point.party_id, point.kind, bytes(point.value_index)): point for point in found
    }
    added: list[ContactPoint] = []
    changed: list[ContactPoint] = []
    for row in rows:
        party = parties[row.customer_no]
        for contact in row.contact_points:
            key = (party.pk, contact.kind, contact_index(contact))
            point = stored.get(key)
            if point is None:
                stored[key] = make_contact_point(party, contact)
                added.append(stored[key])
            elif _note(point, contact):
                changed.append(point)
    copy_rows(added)
    if changed:
        ContactPoint.objects.bulk_update(
            changed, ["place", "verified_on", "invalid_since"], batch_size=1000
        )
    return len(added) + len(changed)


def _note(point: ContactPoint, row: ContactRow) -> bool:
    """Takes over what a later row knows about a number; tells whether anything changed."""
    said = {
        "place": row.place or point.place,
        "verified_on": row.verified_on or point.verified_on,
        "invalid_since": row.invalid_since or point.invalid_since,
    }
    changed = {name: value for name, value in said.items() if getattr(point, name) != value}
    for name, value in changed.items():
        setattr(point, name, value)
    return bool(changed)


def _add_addresses(
    parties: dict[str, Party], known: dict[str, Party], rows: Sequence[PartyRow]
) -> int:
    if not any(row.addresses for row in rows):
        return 0
    stored: dict[tuple[UUID, str], dict[bytes, Address]] = defaultdict(dict)
    for address in Address.objects.filter(
        among_ids("party_id", (party.pk for party in known.values()))
    ):
        stored[address.party_id, address.kind][bytes(address.text_index)] = address
    added: list[Address] = []
    changed: list[Address] = []
    for row in rows:
        party = parties[row.customer_no]
        for said in row.addresses:
            place_one_address(party, said, stored[party.pk, said.kind], added, changed)
    if changed:
        Address.objects.bulk_update(changed, ["is_current"], batch_size=1000)
    copy_rows(added)
    return len(added) + len(changed)


def place_one_address(
    party: Party,
    row: AddressRow,
    of_this_kind: dict[bytes, Address],
    added: list[Address],
    changed: list[Address],
) -> None:
    """The address last given is the current one of its kind; the others stay, no longer current."""
    index = address_index(row)
    for other_index, other in of_this_kind.items():
        is_current = other_index == index
        if other.is_current != is_current:
            other.is_current = is_current
            if not other._state.adding and other not in changed:
                changed.append(other)
    if index not in of_this_kind:
        of_this_kind[index] = make_address(party, row)
        added.append(of_this_kind[index])


def open_identity(party: Party, column: str) -> str:
    """Returns the id number or date of birth in clear; callers record the look."""
    sealed = getattr(party, column)
    if sealed is None:
        return ""
    return unseal(
        key=party.data_key,
        sealed=sealed,
        table=Party._meta.db_table,
        column=column,
        row_id=party.pk,
    )

"""Whom a dossier is about, and what it says of them: the person's own data, in clear."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from core.encryption.keyring import DecryptionFailed
from core.encryption.sealing import KeyDestroyed, unseal
from core.exports import Column, Row, Section
from loans.borrowers.models import Address, ContactPoint, Party


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One person and the loans they owe, as far as the reader may see them.

    `loans`: contract numbers by id; `own_loans`: those they are the borrower of; `roles`: what
    every other person on these loans is called; `as_of`: the day of positions, None for the
    business date of each portfolio.
    """

    party: Party
    loans: Mapping[UUID, str]
    own_loans: frozenset[UUID]
    portfolios: frozenset[UUID]
    roles: Mapping[UUID, str]
    as_of: dt.date | None = None

    def who(self, party_id: UUID | None) -> str:
        """Returns what a person is called here: the subject by name, everybody else by role."""
        if party_id is None:
            return ""
        if party_id == self.party.pk:
            return self.party.full_name
        return self.roles.get(party_id, _("another person"))

    def contracts(self, loan_ids: Iterable[UUID]) -> str:
        """Returns the contract numbers of loans, those of the subject alone."""
        return ", ".join(sorted(self.loans[pk] for pk in set(loan_ids) if pk in self.loans))

    def number(self, point: ContactPoint | None) -> str:
        """Returns the subject's own number or e-mail in clear; of others only the kind."""
        if point is None:
            return ""
        if point.party_id == self.party.pk:
            return opened(self.party, point, "value")
        return str(point.get_kind_display())


def opened(party: Party, row: Model, column: str) -> str:
    """Returns what is sealed in a column under a person's key; says so where it was erased."""
    sealed = getattr(row, column)
    if sealed is None:
        return ""
    try:
        return unseal(
            key=party.data_key,
            sealed=sealed,
            table=row._meta.db_table,
            column=column,
            row_id=row.pk,
        )
    except KeyDestroyed:
        return _("(erased)")
    except DecryptionFailed:
        return _("(sealed)")


def yes_no(value: bool | None) -> str:
    """Returns a truth in the language of the document; nothing where it is not known."""
    if value is None:
        return ""
    return _("yes") if value else _("no")


def person(subject: Subject) -> Section:
    """Who the person is, how to reach them and where they live."""
    party = subject.party
    points = list(party.contact_points.order_by("kind", "created_at"))
    addresses = list(party.addresses.order_by("kind", "created_at"))
    return Section(
        key="person",
        heading=_("The person"),
        columns=[
            Column(_("what")),
            Column(_("on record"), kind="id"),
            Column(_("details")),
            Column(_("since")),
        ],
        rows=[*_identity(party), *map(_point, points), *map(_address, addresses)],
        records={
            "loans.Party": [party.pk],
            "loans.ContactPoint": [point.pk for point in points],
            "loans.Address": [address.pk for address in addresses],
        },
    )


def _identity(party: Party) -> Iterator[Row]:
    facts: list[tuple[str, Any]] = [
        (_("name"), party.full_name),
        (_("kind"), party.get_kind_display()),
        (_("customer number"), f"{party.namespace} {party.customer_no}".strip()),
        (_("id number"), opened(party, party, "id_number")),
        (_("date of birth"), opened(party, party, "born_on")),
        (_("addressed as"), party.get_salutation_display() if party.salutation else ""),
        (_("language"), _language(party.language)),
    ]
    for what, value in facts:
        if value:
            yield (what, str(value), "", party.created_at if what == _("name") else None)


def _language(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"]) if code else ""
    except KeyError:
        return code


def _point(point: ContactPoint) -> Row:
    details = [
        str(point.get_place_display()) if point.place else "",
        _("verified %(day)s") % {"day": point.verified_on} if point.verified_on else "",
        _("invalid since %(day)s") % {"day": point.invalid_since} if point.invalid_since else "",
    ]
    value = opened(point.party, point, "value")
    return (
        str(point.get_kind_display()),
        value,
        " · ".join(filter(None, details)),
        point.created_at,
    )


def _address(address: Address) -> Row:
    details = [
        str(address.get_kind_display()),
        "" if address.is_current else _("no longer current"),
    ]
    return (
        _("address"),
        opened(address.party, address, "text"),
        " · ".join(filter(None, details)),
        address.created_at,
    )

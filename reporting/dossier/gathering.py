"""Everything about one person, section by section, as far as who asks may see it.

Each concept tells of its own records: the settings name its section (`DOSSIER_SECTIONS`). Records
that no section tells of are found by what they point to and told in general words, so that nothing
is left out because it is new.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from uuid import UUID

import phonenumbers
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import User
from core.exports import Section
from loans.borrowers.dossier import Subject, opened
from loans.borrowers.models import ContactKind, Party
from loans.contracts.models import LIABLE_ROLES, Loan, LoanParty, PartyRole
from reporting.dossier.other_records import other_records
from reporting.dossier.redaction import Redactor, Stranger

#: Where no number on file says in which country the others are called.
_REGIONS: Final = ("CN", "US", "GB")


def subject_of(*, party: Party, user: User, as_of: dt.date | None) -> Subject:
    """Returns whom the dossier is about, with the loans that the user may see."""
    rows = LoanParty.objects.filter(
        party=party, role__in=LIABLE_ROLES, loan__in=Loan.objects.visible_to(user)
    ).select_related("loan")
    own = {row.loan_id for row in rows if row.role == PartyRole.BORROWER}
    loans = {row.loan_id: row.loan.contract_no for row in rows}
    return Subject(
        party=party,
        loans=loans,
        own_loans=frozenset(own),
        portfolios=frozenset(row.loan.portfolio_id for row in rows),
        roles=_roles(party, loans),
        as_of=as_of,
    )


def _roles(party: Party, loans: Mapping[UUID, str]) -> dict[UUID, str]:
    """What the others are called: their part and a number, the same in the whole dossier."""
    words = {
        PartyRole.BORROWER: _("borrower %(number)d"),
        PartyRole.CO_BORROWER: _("co-borrower %(number)d"),
        PartyRole.GUARANTOR: _("guarantor %(number)d"),
        PartyRole.REFERENCE: _("reference %(number)d"),
    }
    counts: dict[str, int] = defaultdict(int)
    called: dict[UUID, str] = {}
    others = LoanParty.objects.filter(loan__in=loans).exclude(party=party)
    for pk, role in others.order_by("loan__started_on", "pk").values_list("party_id", "role"):
        if pk not in called:
            counts[role] += 1
            called[pk] = words[PartyRole(role)] % {"number": counts[role]}
    return called


def redactor_for(subject: Subject) -> Redactor:
    """Returns what keeps the others on the person's loans out of the text."""
    party = subject.party
    points = list(party.contact_points.all())
    numbers = [opened(party, point, "value") for point in points if _is_phone(point)]
    mails = [opened(party, point, "value") for point in points if not _is_phone(point)]
    others = Party.objects.filter(pk__in=subject.roles).select_related("data_key")
    strangers = [
        _stranger(other, subject.roles[other.pk])
        for other in others.prefetch_related("contact_points", "addresses")
    ]
    known = [*numbers, *(number for stranger in strangers for number in stranger.numbers)]
    return Redactor(
        strangers=strangers,
        own_names=[party.full_name],
        own_numbers=[*numbers, party.customer_no, *subject.loans.values()],
        own_emails=mails,
        regions=_regions(known),
    )


def _is_phone(point: Any) -> bool:
    return bool(point.kind == ContactKind.PHONE)


def _stranger(party: Party, role: str) -> Stranger:
    points = list(party.contact_points.all())
    others = [
        party.customer_no,
        opened(party, party, "id_number"),
        *(opened(party, point, "value") for point in points if not _is_phone(point)),
        *(opened(party, address, "text") for address in party.addresses.all()),
    ]
    return Stranger(
        role=role,
        names=(party.full_name,),
        numbers=tuple(opened(party, point, "value") for point in points if _is_phone(point)),
        others=tuple(value for value in others if value and not value.startswith("(")),
    )


def _regions(numbers: list[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for number in numbers:
        try:
            region = phonenumbers.region_code_for_number(phonenumbers.parse(number))
        except phonenumbers.NumberParseException:
            continue
        if region:
            found[region] = None
    return tuple(found) or _REGIONS


def sections_about(subject: Subject) -> list[Section]:
    """Returns every section of the concepts, in the order of the settings, then what is left."""
    sections = [section(subject) for section in _registered()]
    told = {label for section in sections for label in section.records}
    return [*sections, other_records(subject, told=told)]


def _registered() -> Iterator[Callable[[Subject], Section]]:
    for path in settings.DOSSIER_SECTIONS:
        yield import_string(path)

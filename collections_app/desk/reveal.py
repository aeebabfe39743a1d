"""Which hidden values a case page offers to show, and the part of the page that shows one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.desk.people import shown_name
from core.encryption.masks import mask_plate, mask_vin
from loans.borrowers.disclosure import SHOWN_SECONDS, HiddenField, HiddenValue
from loans.borrowers.models import Address, ContactPoint, Party
from loans.contracts.models import LoanParty
from loans.vehicles.models import Vehicle


@dataclass(frozen=True, slots=True)
class HiddenChoice:
    """One entry of the menu: the value it stands for, and its masked words."""

    value: HiddenValue
    label: str

    @property
    def key(self) -> str:
        return f"{self.value.field}:{self.value.row_id}"


def hidden_choices(
    borrower: Party,
    *,
    points: dict[UUID, list[ContactPoint]],
    addresses: list[Address],
    cars: list[Vehicle],
    parties: list[LoanParty],
) -> list[HiddenChoice]:
    """The values of everybody on the loan that a person with the right may have shown."""
    found = [*_person(borrower, points.get(borrower.pk, []))]
    for address in addresses:
        label = _("address: %(masked)s") % {"masked": address.masked}
        found.append(_choice(borrower, HiddenField.ADDRESS, address.pk, label))
    for car in cars:
        if car.plate:
            label = _("plate: %(masked)s") % {"masked": mask_plate(car.plate)}
            found.append(_choice(borrower, HiddenField.PLATE, car.pk, label))
        if car.vin:
            label = _("VIN: %(masked)s") % {"masked": mask_vin(car.vin)}
            found.append(_choice(borrower, HiddenField.VIN, car.pk, label))
    for row in parties:
        if row.party_id != borrower.pk:
            found.extend(_person(row.party, points.get(row.party_id, []), has_id=False))
    return found


def _person(party: Party, points: list[ContactPoint], *, has_id: bool = True) -> list[HiddenChoice]:
    name = shown_name(party)
    found = [
        _choice(
            party,
            HiddenField.CONTACT_POINT,
            point.pk,
            f"{point.get_kind_display()}: {point.masked} · {name}",
        )
        for point in points
    ]
    found.insert(
        0, _choice(party, HiddenField.NAME, party.pk, _("name: %(name)s") % {"name": name})
    )
    if has_id and party.id_number is not None:
        label = _("id number of %(name)s") % {"name": name}
        found.append(_choice(party, HiddenField.ID_NUMBER, party.pk, label))
    if has_id and party.born_on is not None:
        label = _("date of birth of %(name)s") % {"name": name}
        found.append(_choice(party, HiddenField.BORN_ON, party.pk, label))
    return found


def _choice(party: Party, field: HiddenField, row_id: UUID, label: str) -> HiddenChoice:
    return HiddenChoice(HiddenValue(party.pk, field, row_id), label)


def reveal_context(case: Case, user: User, form: Any, revealed: str = "") -> dict[str, Any]:
    """What the menu shows; nothing for whoever may not have values shown."""
    if not has_right(user, "party.reveal"):
        return {"reveal_form": None}
    return {
        "reveal_form": form,
        "reveal_href": reverse("desk:reveal", args=[case.pk]),
        "case_href": reverse("desk:case", args=[case.pk]),
        "revealed": revealed,
        "revealed_seconds": SHOWN_SECONDS,
    }

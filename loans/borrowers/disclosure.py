"""Showing one hidden value in clear: for a stated purpose, within a budget, on record.

The value goes to whoever asked and nowhere else: not into the trail, not into a log, not into an
address. Starting a call shows its number as well; that is the gate's business, not the budget's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.access.rights import Role
from core import clock
from core.audit.actors import Actor
from core.audit.models import AuditEntry
from core.audit.services import record
from core.encryption.sealing import KeyDestroyed, unseal
from core.locks import Lock, advisory_lock
from loans.borrowers.models import Address, ContactPoint, Party
from loans.vehicles.models import Vehicle

ACTION: Final = "party.revealed"
#: How long a page shows a revealed value.
SHOWN_SECONDS: Final = 60

_BUDGET_PERIOD: Final = timedelta(hours=1)
_USUAL_BUDGET: Final = 60
#: Who looks into complaints and incidents reads more than who calls.
_BUDGETS: Final = {Role.COMPLIANCE_OFFICER: 120}


class HiddenField(StrEnum):
    """What can be shown in clear."""

    NAME = "name"
    ID_NUMBER = "id_number"
    BORN_ON = "born_on"
    CONTACT_POINT = "contact_point"
    ADDRESS = "address"
    PLATE = "plate"
    VIN = "vin"


class RevealPurpose(models.TextChoices):
    """Why somebody needs to see it."""

    CALLING = "calling", gettext_lazy("calling now")
    IDENTITY = "identity", gettext_lazy("verifying who it is")
    LETTER = "letter", gettext_lazy("writing a letter")
    VISIT = "visit", gettext_lazy("preparing a visit")
    COMPLAINT = "complaint", gettext_lazy("looking into a complaint")


@dataclass(frozen=True, slots=True)
class HiddenValue:
    """One value of one person: `row_id` is the party, contact point, address or vehicle."""

    party_id: UUID
    field: HiddenField
    row_id: UUID


def reveals_per_hour(role: str) -> int:
    """Returns how many values somebody of this role may have shown within an hour."""
    return _BUDGETS.get(Role(role), _USUAL_BUDGET)


@transaction.atomic
def reveal(
    *,
    value: HiddenValue,
    purpose: str,
    portfolio_id: UUID,
    reference: str,
    budget: int,
    by: Actor,
) -> str:
    """Returns a value in clear and writes who saw it, why, and for which case.

    Arguments: `reference`, the case it was needed for; `budget`, how many the person may have
    shown within an hour. Raises ValidationError for an unknown purpose, a spent budget, or a value
    that is not on file or was erased; nothing is shown or written then.
    """
    if purpose not in RevealPurpose.values:
        raise ValidationError({"purpose": _("Say what you need it for.")})
    require_budget(budget=budget, by=by)
    text = _read(value)
    if not text:
        raise ValidationError(_("This is not on file, or it was erased."))
    record(
        action=ACTION,
        by=by,
        object_type="loans.Party",
        object_id=value.party_id,
        portfolio_id=portfolio_id,
        reason=purpose,
        data={"field": str(value.field), "row": str(value.row_id), "case": reference},
    )
    return text


def revealed_lately(by: Actor) -> int:
    """Returns how many values somebody had shown within the last hour, calls left out."""
    return (
        AuditEntry.objects.filter(
            actor_id=by.id, action=ACTION, at__gt=clock.now() - _BUDGET_PERIOD
        )
        .exclude(data__has_key="attempt")
        .count()
    )


def require_budget(*, budget: int, by: Actor) -> None:
    """Raises ValidationError when somebody had as much shown within the hour as they may.

    Call it in the transaction that writes the line of the trail: one showing at a time.
    """
    advisory_lock(Lock.REVEAL, by.id)
    if revealed_lately(by) < budget:
        return
    raise ValidationError(
        ngettext(
            "You have had %(number)d value shown within the last hour, which is your limit."
            " Ask your lead, or wait.",
            "You have had %(number)d values shown within the last hour, which is your limit."
            " Ask your lead, or wait.",
            budget,
        )
        % {"number": budget}
    )


def _read(value: HiddenValue) -> str:
    """The value in clear; empty where it is not on file, is somebody else's, or was erased."""
    party = Party.objects.select_related("data_key").get(pk=value.party_id)
    try:
        return _read_of(party, value)
    except KeyDestroyed:
        return ""


def _read_of(party: Party, value: HiddenValue) -> str:
    field = value.field
    if field is HiddenField.NAME:
        return party.full_name
    if field in (HiddenField.PLATE, HiddenField.VIN):
        car = Vehicle.objects.filter(pk=value.row_id, loan__parties__party=party).first()
        return str(getattr(car, field)) if car else ""
    if field in (HiddenField.ID_NUMBER, HiddenField.BORN_ON):
        return _unsealed(party, party, str(field))
    if field is HiddenField.CONTACT_POINT:
        point = ContactPoint.objects.filter(pk=value.row_id, party=party).first()
        return _unsealed(party, point, "value") if point else ""
    address = Address.objects.filter(pk=value.row_id, party=party).first()
    return _unsealed(party, address, "text") if address else ""


def _unsealed(party: Party, row: Party | ContactPoint | Address, column: str) -> str:
    sealed = getattr(row, column)
    if sealed is None:
        return ""
    return unseal(
        key=party.data_key,
        sealed=sealed,
        table=row._meta.db_table,
        column=column,
        row_id=row.pk,
    )

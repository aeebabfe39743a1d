"""Incidents: contacts made without the gate's yes, each looked into by somebody else."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from accounts.access.rights import Role
from accounts.models import User
from compliance.attempts.models import Attempt, Incident
from core import clock
from core.audit.actors import Actor
from core.audit.services import record


def open_incident(*, attempt: Attempt, reason: str) -> Incident:
    """Opens the incident of an unsanctioned contact, owned by the officer with the fewest open.

    Nobody owns it where there is no compliance officer, or the only one made the contact.
    """
    return Incident.objects.create(
        attempt=attempt, reason=reason, opened_at=clock.now(), owner=_least_busy(attempt)
    )


@transaction.atomic
def take_incident(*, incident: Incident, owner: User, by: Actor) -> Incident:
    """Gives an open incident to somebody who looks into it.

    Raises ValidationError when it is concluded, or the owner is gone or made the contact.
    """
    locked = _open(incident)
    if not owner.is_active:
        raise ValidationError(_("They no longer work here. Choose somebody else."))
    _check_other(locked, str(owner.pk))
    before = locked.owner
    locked.owner = owner
    locked.save(update_fields=["owner"])
    _tell(
        locked,
        "incident.taken",
        by,
        data={"from": str(before.pk) if before else "", "to": str(owner.pk)},
    )
    return locked


@transaction.atomic
def conclude_incident(*, incident: Incident, conclusion: str, by: Actor) -> Incident:
    """Closes an incident with what was found and done; who concludes an unowned one owns it.

    Raises ValidationError without a conclusion, when it is concluded already, or for the person
    who made the contact.
    """
    if not conclusion.strip():
        raise ValidationError(_("Say what was found and what was done about it."))
    locked = _open(incident)
    _check_other(locked, by.id)
    locked.conclusion = conclusion.strip()
    locked.closed_at = clock.now()
    locked.closed_by = by.label
    if locked.owner_id is None and by.kind == "user":
        locked.owner = User.objects.get(pk=by.id)
    locked.save(update_fields=["conclusion", "closed_at", "closed_by", "owner"])
    _tell(locked, "incident.concluded", by, reason=locked.conclusion)
    return locked


def _open(incident: Incident) -> Incident:
    """The incident, locked, once it is known to be open."""
    locked: Incident = (
        Incident.objects.select_for_update(of=("self",))
        .select_related("attempt", "owner")
        .get(pk=incident.pk)
    )
    if locked.closed_at is not None:
        raise ValidationError(_("This incident is concluded already."))
    return locked


def _check_other(incident: Incident, user_id: str) -> None:
    if incident.attempt.made_by_id == user_id:
        raise ValidationError(
            _("Who made the contact cannot look into it. Give it to somebody else.")
        )


def _least_busy(attempt: Attempt) -> User | None:
    """The compliance officer who has the fewest open incidents, and did not make the contact."""
    officers = User.objects.filter(role=Role.COMPLIANCE_OFFICER, is_active=True)
    still_open = Count("incidents", filter=Q(incidents__closed_at__isnull=True))
    rows = officers.annotate(still_open=still_open).order_by("still_open", "pk")
    return next((row for row in rows[:2] if str(row.pk) != attempt.made_by_id), None)


def _tell(
    incident: Incident,
    action: str,
    by: Actor,
    reason: str = "",
    data: dict[str, str] | None = None,
) -> None:
    record(
        action=action,
        by=by,
        object_type="compliance.Incident",
        object_id=incident.pk,
        portfolio_id=incident.attempt.portfolio_id,
        reason=reason,
        data={"attempt": str(incident.attempt_id)} | (data or {}),
    )

"""Setting and lifting stops."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from compliance.gate.facts import Channel
from compliance.stops.models import Stop, StopKind
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from loans.borrowers.models import Party
from loans.contracts.models import Loan


@transaction.atomic
def add_stop(
    *,
    party: Party,
    kind: str,
    source: str,
    starts_at: datetime,
    by: Actor,
    ends_at: datetime | None = None,
    channel: str = "",
    loan: Loan | None = None,
) -> Stop:
    """Puts a stop on a person; the very same stop again is a no-op.

    Raises ValidationError for an unknown kind or channel, a stop without a source, or one that
    ends before it starts.
    """
    if kind not in StopKind.values:
        raise ValidationError(
            _("%(kind)s is not a stop. Use one of: %(known)s.")
            % {"kind": kind, "known": ", ".join(StopKind.values)}
        )
    if channel and channel not in list(Channel):
        raise ValidationError(
            _("%(channel)s is not a channel. Use one of: %(known)s, or leave it empty for all.")
            % {"channel": channel, "known": ", ".join(Channel)}
        )
    if not source.strip():
        raise ValidationError(_("Say where the stop comes from: a call, a letter, a court."))
    if ends_at is not None and ends_at <= starts_at:
        raise ValidationError(_("The stop must end after it starts."))
    stop, created = Stop.objects.get_or_create(
        party=party,
        kind=kind,
        channel=channel,
        starts_at=starts_at,
        source=source,
        defaults={"loan": loan, "ends_at": ends_at, "set_by": by.label},
    )
    if created:
        record(
            action="stop.added",
            by=by,
            object_type="loans.Party",
            object_id=str(party.pk),
            data={"stop": str(stop.pk), "kind": kind, "channel": channel},
        )
    return stop


@transaction.atomic
def lift_stop(*, stop: Stop, reason: str, by: Actor) -> Stop:
    """Lifts a stop from now on. Raises ValidationError without a reason or when it is lifted."""
    if not reason.strip():
        raise ValidationError(_("Say why the stop is lifted."))
    stop = Stop.objects.select_for_update().get(pk=stop.pk)
    if stop.lifted_at is not None:
        raise ValidationError(_("This stop was lifted by %(by)s.") % {"by": stop.lifted_by})
    stop.lifted_at, stop.lifted_by, stop.lifted_reason = clock.now(), by.label, reason
    stop.save(update_fields=["lifted_at", "lifted_by", "lifted_reason"])
    record(
        action="stop.lifted",
        by=by,
        object_type="loans.Party",
        object_id=str(stop.party_id),
        reason=reason,
        data={"stop": str(stop.pk)},
    )
    return stop

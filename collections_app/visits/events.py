"""A visit that is about to change, and the event that says what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from collections_app.visits.flow import next_state
from collections_app.visits.models import Visit, VisitEvent, VisitEventKind
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from core.facts.announcements import announce


def lock_visit(visit: Visit) -> Visit:
    """Locks a visit, with what its services read of it."""
    return (
        Visit.objects.select_for_update(of=("self",))
        .select_related(
            "case__portfolio",
            "case__loan",
            "case__team__lead",
            "party__data_key",
            "address",
            "purpose",
            "attempt",
            "agent",
            "second_visitor",
        )
        .get(pk=visit.pk)
    )


def lock_for(visit: Visit, event: str) -> Visit:
    """Locks a visit and moves it on. Raises ValidationError where its state allows no such step."""
    locked = lock_visit(visit)
    try:
        locked.state = next_state(locked.state, event)
    except ValueError:
        raise ValidationError(
            _("This cannot be done any more: the visit is %(state)s.")
            % {"state": locked.get_state_display()}
        ) from None
    return locked


def tell(
    visit: Visit,
    kind: VisitEventKind,
    by: Actor,
    *,
    at: datetime | None = None,
    reason: str = "",
    **data: Any,
) -> None:
    """Writes what happened to a visit, with its line in the trail."""
    reason = reason.strip()[:200]
    VisitEvent.objects.create(
        visit=visit, kind=kind, at=at or clock.now(), by=by.label, reason=reason, data=data
    )
    announce(VisitEvent.TOPIC)
    record(
        action=f"visit.{kind}",
        by=by,
        object_type="collections_app.Case",
        object_id=visit.case_id,
        portfolio_id=visit.case.portfolio_id,
        reason=reason,
        data={"visit": str(visit.pk), **data},
    )

"""A callback that is about to change, and the event that says what became of it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from collections_app.callbacks.models import Callback, CallbackEvent, CallbackEventKind
from compliance.attempts.models import Attempt
from core.audit.actors import Actor
from core.facts.announcements import announce


def lock_pending(callback: Callback) -> Callback:
    """Locks a callback that is still to be made. Raises ValidationError for one that is over."""
    locked = (
        Callback.objects.select_for_update(of=("self",))
        .select_related("case__portfolio", "case__loan", "party__data_key")
        .get(pk=callback.pk)
    )
    if not locked.is_pending:
        raise ValidationError(
            _("This callback is over: %(state)s.") % {"state": locked.get_state_display()}
        )
    return locked


def tell(
    callback: Callback,
    kind: CallbackEventKind,
    by: Actor,
    *,
    reason: str = "",
    to_user: User | None = None,
    attempt: Attempt | None = None,
) -> None:
    """Writes what happened to a callback; whoever follows callbacks hears of it."""
    told = callback.events.filter(attempt=attempt).count() if attempt is not None else 0
    CallbackEvent.objects.create(
        callback=callback,
        kind=kind,
        due_at=callback.due_at,
        time_zone=callback.time_zone,
        by=by.label,
        reason=reason[:200],
        to_user=to_user,
        attempt=attempt,
        round=told,
    )
    announce(CallbackEvent.TOPIC)

"""After an abusive call: a pause is offered, the lead is told, the next person is an easier one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.inbox.models import Urgency
from accounts.inbox.services import notify
from accounts.inbox.texts import register_texts
from accounts.models import User
from collections_app.contacts.models import Contact
from collections_app.protection.models import Pause
from collections_app.protection.queries import STANDS_FOR
from core import clock
from core.audit.actors import Actor
from core.audit.services import record

#: How long a pause is.
PAUSE: Final = timedelta(minutes=10)

register_texts(
    {
        "agent.abused": gettext_lazy(
            "%(who)s was abused in a call about %(contract_no)s. A pause is offered; talk to them."
        ),
    }
)


@transaction.atomic
def protect(*, contact: Contact) -> Pause | None:
    """Offers a pause after an abusive contact and tells the lead; once, whatever is called again.

    Returns nothing for a contact that was not abusive.
    """
    if not contact.result.is_abusive:
        return None
    agent = contact.logged_by
    pause, created = Pause.objects.get_or_create(
        contact=contact, defaults={"agent": agent, "offered_at": clock.now()}
    )
    if not created:
        return pause
    lead = agent.team.lead if agent.team is not None else None
    notify(
        to=[lead] if lead is not None and lead != agent else [],
        urgency=Urgency.DO_NOW,
        key="agent.abused",
        params={"who": agent.get_full_name(), "contract_no": contact.case.loan.contract_no},
        link=reverse("desk:case", args=[contact.case_id]),
    )
    _record(pause, "pause.offered", Actor.of(agent))
    return pause


@transaction.atomic
def answer_pause(*, pause: Pause, takes_it: bool, by: Actor) -> Pause:
    """Begins the pause, or goes on without one.

    Raises ValidationError for somebody else's pause, and for one answered or no longer offered.
    """
    locked = Pause.objects.select_for_update(of=("self",)).get(pk=pause.pk)
    now = clock.now()
    if str(locked.agent_id) != by.id:
        raise ValidationError(_("This pause is offered to somebody else."))
    if locked.answered_at is not None or locked.offered_at <= now - STANDS_FOR:
        raise ValidationError(_("This pause is no longer offered."))
    locked.answered_at = now
    locked.until = now + PAUSE if takes_it else now
    locked.save(update_fields=["answered_at", "until"])
    _record(locked, "pause.taken" if takes_it else "pause.declined", by)
    return locked


@transaction.atomic
def end_pause(*, pause: Pause, by: Actor) -> Pause:
    """Comes back before the time is over. Raises ValidationError when there is no pause to end."""
    locked = Pause.objects.select_for_update(of=("self",)).get(pk=pause.pk)
    now = clock.now()
    if str(locked.agent_id) != by.id or locked.until is None or locked.until <= now:
        raise ValidationError(_("There is no pause to end."))
    locked.until = now
    locked.save(update_fields=["until"])
    _record(locked, "pause.ended", by)
    return locked


@transaction.atomic
def note_eased(*, agent: User, at: datetime) -> int:
    """Says that the agent has just been given an easier person; the next one is as usual."""
    owed = Pause.objects.filter(agent=agent, offered_at__gt=at - STANDS_FOR, eased_at__isnull=True)
    return owed.update(eased_at=at)


def _record(pause: Pause, action: str, by: Actor) -> None:
    record(
        action=action,
        by=by,
        object_type="collections_app.Pause",
        object_id=pause.pk,
        data={"contact": str(pause.contact_id)},
    )

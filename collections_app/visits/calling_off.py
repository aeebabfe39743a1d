"""Telling a person who was told of a visit that nobody comes after all."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.core.exceptions import ValidationError

from collections_app.messages.ways import first_open, ways_of
from collections_app.visits.announcing import PREFIX, anchor_of, written_to
from collections_app.visits.events import tell
from collections_app.visits.flow import ON_A_ROUTE
from collections_app.visits.models import Visit, VisitEventKind
from core import clock
from core.audit.actors import Actor
from notifications.channels.flow import MessageChannel
from notifications.outbox.flow import MessageState
from notifications.outbox.models import Message
from notifications.outbox.orders import Recheck
from notifications.outbox.services import enqueue
from notifications.outbox.values import written_date
from notifications.templates.models import MessagePurpose

#: A letter would come after the hour it is about.
_ORDER: Final = (MessageChannel.SMS, MessageChannel.EMAIL)
_STEP: Final = "off"
#: The person has the notice, or may have it.
_HAS_IT: Final = (MessageState.ACCEPTED, MessageState.DELIVERED, MessageState.UNCERTAIN)


def knows_of_it(visit: Visit) -> bool:
    """Says whether the person was told of the visit and its hour lies ahead."""
    lies_ahead = visit.opens_at is not None and visit.opens_at > clock.now()
    is_out = visit.notice_message is not None and visit.notice_message.state in _HAS_IT
    return lies_ahead and (is_out or visit.notice_id is not None)


def call_off(*, visit: Visit, by: Actor) -> None:
    """Owes the word that nobody comes to who knows of a locked visit; none where no way is open.

    Call it while the visit still has its day.
    """
    case = written_to(visit)
    ways = list(ways_of(case=case, purpose=MessagePurpose.VISIT_CALLED_OFF, order=_ORDER))
    if not ways or visit.opens_at is None:
        return
    now = clock.now()
    way = first_open(ways=ways, case=case, at=now) or ways[0]
    order = way.order(
        case=case,
        anchor=anchor_of(visit),
        step=f"{_STEP}:{visit.visit_on:%Y%m%d}:{visit.opens:%H%M}-{visit.closes:%H%M}",
        send_at=now,
        expires_at=visit.opens_at,
    )
    try:
        is_new = enqueue(orders=[order], by=by)
    except ValidationError:
        return  # its provider has not registered the wording
    if is_new:
        tell(visit, VisitEventKind.TOLD_OFF, by, channel=str(way.channel))


def still_off(message: Message) -> Recheck:
    """The visit is not on a route again on the day that the person was told."""
    visit = Visit.objects.get(pk=UUID(message.anchor.removeprefix(PREFIX)))
    _off, day, window = message.step.split(":")
    on = date.fromisoformat(day)
    if visit.state in ON_A_ROUTE and visit.visit_on == on:
        return Recheck(is_still_so=False, reason="no_longer_true")
    opens, closes = (datetime.strptime(one, "%H%M").time() for one in window.split("-"))  # noqa: DTZ007 a time of day
    fields = {
        "visit_date": written_date(on, message.language),
        "visit_window": f"{opens:%H:%M}–{closes:%H:%M}",
    }
    return Recheck(is_still_so=True, fields=fields)

"""What a contact with the person means for the callbacks that wait for them."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery

from collections_app.callbacks.events import lock_pending, tell
from collections_app.callbacks.flow import EARLY_BY
from collections_app.callbacks.models import Callback, CallbackEvent, CallbackEventKind
from collections_app.callbacks.services import meet_callback, owe_again
from collections_app.contacts.models import Contact, ResultGroup
from compliance.attempts.models import Attempt, Direction
from core.audit.actors import Actor

#: What a logged contact says of a callback.
_BY_CONTACT: Final = (
    CallbackEventKind.MET,
    CallbackEventKind.TRIED,
    CallbackEventKind.HEARD_FROM,
)


@transaction.atomic
def contact_made(*, contact: Contact, by: Actor) -> list[Callback]:
    """Brings the person's pending callbacks up to date with a contact that was logged.

    A talk that we began at the time agreed (from half an hour before) meets it; a call in vain at
    that time is kept as tried. Anything else the person and we said to each other stands beside
    the callback and ends nothing. Safe to call again for the same contact. Returns what changed.
    """
    return attempt_made(
        attempt=contact.attempt,
        case_id=contact.case_id,
        is_talk=contact.result.group == ResultGroup.RIGHT_PARTY,
        by=by,
    )


@transaction.atomic
def attempt_made(
    *, attempt: Attempt, case_id: UUID | None, is_talk: bool, by: Actor
) -> list[Callback]:
    """As `contact_made`, for a contact with the person that nobody logged, such as a reply.

    Arguments: `case_id` the case it is about, None for all of the person's.
    """
    # What was said before or while the callback was agreed is no news to it.
    owed = Callback.objects.pending().filter(party=attempt.party_id, made_at__lt=attempt.at)
    if case_id is not None:
        owed = owed.filter(case=case_id)
    told = CallbackEvent.objects.filter(callback=OuterRef("pk"), attempt=attempt)
    owed = owed.alias(told=Subquery(told.order_by("-round").values("kind")[:1]))
    news = owed.filter(Q(told__isnull=True) | Q(told=CallbackEventKind.TAKEN_BACK))
    return [
        changed
        for callback in news.order_by("pk")
        if (changed := _answer(callback, attempt, is_talk, by)) is not None
    ]


@transaction.atomic
def contact_taken_back(*, contact: Contact, by: Actor) -> list[Callback]:
    """Undoes what `contact_made` did for an entry that is taken back at once.

    What was met is owed again, what was tried is as it was before; the next entry about the same
    call counts anew. Returns what changed.
    """
    events = CallbackEvent.objects.filter(
        attempt=contact.attempt_id, xid=contact.xid, kind__in=_BY_CONTACT
    ).select_related("callback")
    return [_take_back(event, contact.attempt, by) for event in events.order_by("pk")]


def _take_back(event: CallbackEvent, attempt: Attempt, by: Actor) -> Callback:
    if event.kind == CallbackEventKind.MET:
        return owe_again(callback=event.callback, attempt=attempt, by=by)
    locked = Callback.objects.select_for_update(of=("self",)).get(pk=event.callback_id)
    if event.kind == CallbackEventKind.TRIED and locked.tried_at == attempt.at:
        locked.tried_at = _tried_before(locked, attempt)
        locked.save(update_fields=["tried_at"])
    tell(locked, CallbackEventKind.TAKEN_BACK, by, attempt=attempt)
    return locked


def _tried_before(callback: Callback, attempt: Attempt) -> datetime | None:
    """When it was last tried for its present time, this attempt left out."""
    since = (CallbackEventKind.AGREED, CallbackEventKind.RESCHEDULED, CallbackEventKind.TRIED)
    last = (
        callback.events.filter(kind__in=since)
        .exclude(attempt=attempt)
        .select_related("attempt")
        .order_by("-pk")
        .first()
    )
    return last.attempt.at if last is not None and last.attempt is not None else None


def _answer(callback: Callback, attempt: Attempt, is_talk: bool, by: Actor) -> Callback | None:
    is_ours = attempt.direction == Direction.OUTBOUND and attempt.channel == "call"
    is_time = attempt.at >= callback.due_at - EARLY_BY
    if is_ours and is_time and is_talk:
        return meet_callback(callback=callback, attempt=attempt, by=by)
    if is_ours and is_time:
        locked = lock_pending(callback)
        locked.tried_at = attempt.at
        locked.save(update_fields=["tried_at"])
        tell(locked, CallbackEventKind.TRIED, by, attempt=attempt)
        return locked
    if is_talk:
        tell(callback, CallbackEventKind.HEARD_FROM, by, attempt=attempt)
        return callback
    return None

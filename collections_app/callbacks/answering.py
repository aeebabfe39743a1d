"""What a contact with the person means for the callbacks that wait for them."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from collections_app.callbacks.events import lock_pending, tell
from collections_app.callbacks.flow import EARLY_BY
from collections_app.callbacks.models import Callback, CallbackEvent, CallbackEventKind
from collections_app.callbacks.services import meet_callback
from collections_app.contacts.models import Contact, ResultGroup
from compliance.attempts.models import Attempt, Direction
from core.audit.actors import Actor


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
    known = CallbackEvent.objects.filter(attempt=attempt).values("callback")
    return [
        changed
        for callback in owed.exclude(pk__in=known).order_by("pk")
        if (changed := _answer(callback, attempt, is_talk, by)) is not None
    ]


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

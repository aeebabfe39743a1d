"""What callbacks learn from facts: cases that move or end, contacts, replies. One batch a call."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_noop

from collections_app.callbacks.answering import attempt_made, contact_made
from collections_app.callbacks.models import Callback
from collections_app.callbacks.services import (
    end_callback,
    hand_on_callback,
)
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case, CaseEvent, CaseEventKind
from collections_app.contacts.models import Contact
from core.audit.actors import SYSTEM
from core.facts.services import consume
from notifications.inbound.models import InboundMessage

_ENDS = frozenset({CaseEventKind.CURED, CaseEventKind.CLOSED})


def follow_cases() -> int:
    """A case that moves takes its callbacks along; one that is over ends them, with the reason."""
    return consume(consumer="callbacks.cases", model=CaseEvent, handler=_cases)


def follow_contacts() -> int:
    """Contacts logged: each may be the call that was promised, or news for it."""
    return consume(consumer="callbacks.contacts", model=Contact, handler=_contacts)


def note_reply(inbound_id: UUID) -> None:
    """A reply stands beside the person's callbacks and ends none (settings.REPLY_RECEIVERS)."""
    reply = InboundMessage.objects.select_related("attempt").get(pk=inbound_id)
    if reply.party_id is not None and reply.attempt is not None:
        attempt_made(attempt=reply.attempt, case_id=None, is_talk=True, by=SYSTEM)


def _cases(events: Sequence[CaseEvent]) -> None:
    moved = {event.case_id for event in events if event.kind == CaseEventKind.ASSIGNED}
    over = {event.case_id for event in events if event.kind in _ENDS}
    for callback in _pending_on(over):
        if callback.case.state != CaseState.OPEN:
            end_callback(callback=callback, reason=str(callback.case.get_close_reason_display()))
    for callback in _pending_on(moved - over):
        hand_on_callback(
            callback=callback,
            to=callback.case.assignee,
            reason=gettext_noop("the case was given to somebody else"),
            by=SYSTEM,
        )


def _pending_on(case_ids: set[UUID]) -> list[Callback]:
    if not case_ids:
        return []
    cases = Case.objects.filter(pk__in=case_ids).values("pk")
    return list(
        Callback.objects.pending()
        .filter(case__in=cases)
        .select_related("case__assignee")
        .order_by("pk")
    )


def _contacts(contacts: Sequence[Contact]) -> None:
    ids = [contact.pk for contact in contacts]
    # What was taken back at once is no news to anybody.
    standing = Contact.objects.filter(pk__in=ids, withdrawal__isnull=True)
    rows = standing.select_related("attempt", "result").order_by("pk")
    owed = set(
        Callback.objects.pending()
        .filter(party__in={row.attempt.party_id for row in rows})
        .values_list("party_id", flat=True)
    )
    for row in rows:
        if row.attempt.party_id in owed:
            contact_made(contact=row, by=SYSTEM)

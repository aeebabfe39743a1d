"""Replies that wait for somebody: on the case, in the queue, and in the inbox of who works it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access.decorators import has_right
from accounts.inbox.models import Urgency
from accounts.inbox.services import notify
from accounts.inbox.texts import register_texts
from accounts.models import User
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.desk.message_events import reply_of
from collections_app.desk.people import lang_of
from core.ids import uuid7
from loans.contracts.models import LoanParty
from notifications.inbound.models import InboundMessage
from notifications.inbound.reading import words_of

register_texts({"reply.received": _("A reply about %(contract_no)s waits to be dealt with.")})


def replies_context(case: Case, attempts: Iterable[Any], user: User) -> dict[str, Any]:
    """The replies on the case that wait, the oldest first, each with where to say it is done."""
    waiting = [reply for a in attempts if (reply := reply_of(a)) and reply.handled_at is None]
    may_handle = has_right(user, "reply.handle")
    return {"replies": [_line(case, reply, may_handle=may_handle) for reply in reversed(waiting)]}


def replies_of(case: Case) -> QuerySet[InboundMessage]:
    """The replies of everybody on the case's loan."""
    people = LoanParty.objects.filter(loan=case.loan_id).values("party")
    return InboundMessage.objects.filter(party__in=people)


def tell_holders(inbound_id: UUID) -> None:
    """Puts a note into the inbox of everybody who works a case of the person who wrote."""
    reply = InboundMessage.objects.get(pk=inbound_id)
    if reply.party_id is None or reply.handled_at is not None:
        return
    cases = Case.objects.filter(
        loan__parties__party=reply.party_id, state=CaseState.OPEN, assignee__isnull=False
    ).select_related("assignee", "loan")
    for case in cases.distinct():
        assert case.assignee is not None  # by the filter
        notify(
            to=[case.assignee],
            urgency=Urgency.DO_NOW,
            key="reply.received",
            params={"contract_no": case.loan.contract_no},
            link=f"{reverse('desk:case', args=[case.pk])}#replies",
        )


def _line(case: Case, reply: InboundMessage, *, may_handle: bool) -> dict[str, Any]:
    words = words_of(reply)
    return {
        "at": reply.received_at,
        "channel": reply.get_channel_display(),
        "wants": reply.get_intent_display(),
        "words": words,
        "lang": lang_of(words),
        "token": uuid7().hex,
        "handle_href": reverse("desk:handle_reply", args=[case.pk, reply.pk]) if may_handle else "",
    }

"""What visits learn of their notices: served on a day, or lost on the way."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.inbox.models import Urgency
from accounts.inbox.services import notify
from accounts.inbox.texts import register_texts
from collections_app.visits.announcing import POSTAL_DAYS, days_asked, left_on, unsettled_notices
from collections_app.visits.asking import without_own
from collections_app.visits.events import lock_visit, tell
from collections_app.visits.models import Visit, VisitEventKind
from collections_app.visits.queries import leads_of
from compliance.gate.services import judge
from compliance.notices.models import NoticeKind, ServedBy
from compliance.notices.services import record_notice, withdraw_notice
from core import clock
from core.audit.actors import SYSTEM
from notifications.channels.flow import MessageChannel
from notifications.outbox.flow import MessageState
from notifications.outbox.models import Message

register_texts(
    {
        "visit.notice_lost": gettext_lazy(
            "The notice of the visit about %(contract_no)s did not arrive. Announce it another way,"
            " or move it."
        ),
    }
)

_HOW: Final = {
    MessageChannel.EMAIL: ServedBy.EMAIL,
    MessageChannel.SMS: ServedBy.SMS,
    MessageChannel.LETTER: ServedBy.POST,
}
_OUT: Final = (MessageState.ACCEPTED, MessageState.DELIVERED)


def settle_notices() -> int:
    """Notes of every notice that it was served or lost; returns how many there were to note."""
    keys = list(Visit.objects.filter(unsettled_notices()).values_list("pk", flat=True))
    return sum(_settle(Visit(pk=pk)) for pk in keys)


@transaction.atomic
def _settle(visit: Visit) -> int:
    locked = lock_visit(visit)
    if not Visit.objects.filter(unsettled_notices(), pk=locked.pk).exists():
        return 0
    assert locked.notice_message_id is not None  # by the condition
    message = Message.objects.select_related("letter__batch").get(pk=locked.notice_message_id)
    if message.state in _OUT:
        _serve(locked, message)
    else:
        _lose(locked, message)
    return 1


def _serve(visit: Visit, message: Message) -> None:
    """The notice left: the days of the rule pack count from then, a letter's from its arrival."""
    channel = MessageChannel(message.channel)
    visit.notice = record_notice(
        loan=visit.case.loan,
        party=visit.party,
        kind=NoticeKind.VISIT_NOTICE,
        served_on=left_on(message, visit),
        how=_HOW[channel],
        document_ref=str(message.pk),
        days=_days_of_a_letter(visit) if channel == MessageChannel.LETTER else None,
        by=SYSTEM,
    )
    visit.save(update_fields=["notice"])
    tell(visit, VisitEventKind.NOTICE, SYSTEM, notice=str(visit.notice.pk), channel=channel)


def _days_of_a_letter(visit: Visit) -> int:
    at = max(visit.opens_at or clock.now(), clock.now())
    return days_asked(judge(without_own(visit, at)).denials) + POSTAL_DAYS


def _lose(visit: Visit, message: Message) -> None:
    """It did not leave or did not arrive: it counts for nothing, and who plans visits is told."""
    served = visit.notice
    visit.notice_message = visit.notice = None
    visit.save(update_fields=["notice_message", "notice"])
    if served is not None and served.withdrawn_at is None:
        withdraw_notice(notice=served, reason="It did not arrive.", by=SYSTEM)
    tell(visit, VisitEventKind.NOTICE_LOST, SYSTEM, message=str(message.pk), word=message.reason)
    if visit.is_pending:
        notify(
            to=leads_of(visit),
            urgency=Urgency.DO_NOW,
            key="visit.notice_lost",
            params={"contract_no": visit.case.loan.contract_no},
            link=reverse("visits:visit", args=[visit.pk]),
        )

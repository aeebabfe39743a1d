"""A plan in writing: owed to the person when it is agreed, by the best way that may be used."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from collections_app.cases.models import Case
from collections_app.messages.ways import first_open, ways_of
from collections_app.plans.messages import anchor_of
from collections_app.plans.models import Plan
from core import clock
from core.audit.actors import Actor
from notifications.channels.flow import MessageChannel
from notifications.outbox.models import Message
from notifications.outbox.services import enqueue
from notifications.templates.models import MessagePurpose

#: What can be kept and shown again comes first.
_ORDER: Final = (MessageChannel.EMAIL, MessageChannel.SMS, MessageChannel.LETTER)
#: It is still useful some days later: what it says holds for months.
_WITHIN: Final = timedelta(days=7)
_STEP: Final = "plan_agreed"


def confirm_in_writing(*, plan: Plan, by: Actor) -> int:
    """Owes the written confirmation of an agreed plan; returns 1, or 0 where no way is open.

    The approved wording of the person's language that says what every rule pack asks for; e-mail
    before text message before letter, the first one that the gate permits now, else the last one:
    the outbox asks again when it leaves. What could not be sent is shown on the page of the plan.
    """
    case = Case.objects.select_related("portfolio", "borrower").get(pk=plan.case_id)
    if plan.party_id != case.borrower_id:
        case.borrower = plan.party  # who agreed is who is written to
    ways = list(ways_of(case=case, purpose=MessagePurpose.PLAN_AGREED, order=_ORDER))
    if not ways:
        return 0
    now = clock.now()
    way = first_open(ways=ways, case=case, at=now) or ways[-1]
    order = way.order(
        case=case, anchor=anchor_of(plan), step=_STEP, send_at=now, expires_at=now + _WITHIN
    )
    try:
        return enqueue(orders=[order], by=by)
    except ValidationError:
        return 0  # no account sends it; the page says that nothing was confirmed


def confirmations_of(plan: Plan) -> QuerySet[Message]:
    """Returns what was sent to confirm a plan, the latest first."""
    sent = Message.objects.filter(anchor=anchor_of(plan), purpose=MessagePurpose.PLAN_AGREED)
    return sent.order_by("-planned_at")

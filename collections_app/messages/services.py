"""Sending a message from a case: now, or not at all."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.messages.queries import (
    BY_HAND,
    Place,
    anchor_of,
    languages_of,
    sent_by_hand,
    wordings_for,
)
from compliance.gate.facts import Decision
from compliance.gate.services import decide
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from loans.borrowers.presentation import shown_name
from notifications.channels.flow import MessageChannel
from notifications.outbox.content import NotSayable
from notifications.outbox.flow import MessageState
from notifications.outbox.gating import question
from notifications.outbox.models import Message
from notifications.outbox.orders import Order
from notifications.outbox.preview import Preview, preview
from notifications.outbox.reasons import sentence
from notifications.outbox.services import enqueue
from notifications.templates.models import MessagePurpose, MessageTemplate

#: "Now" passes: what could not go out by then does not go out later, when nobody expects it.
_WITHIN: Final = timedelta(minutes=15)
#: A letter is printed with the next batch.
_LETTER_WITHIN: Final = timedelta(days=2)
#: States in which nothing reached anybody: the same may be tried again on the same day.
_NOTHING_LEFT: Final = frozenset(
    {
        MessageState.CANCELLED,
        MessageState.EXPIRED,
        MessageState.FAILED,
        MessageState.SUPPRESSED,
        MessageState.UNDELIVERED,
    }
)


class MessageRefused(ValidationError):
    """The gate says no. `decision` has every reason; nothing was owed."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(_("The gate does not permit this message now."))
        self.decision = decision


def ask_before(*, case: Case, template: MessageTemplate, place: Place, at: datetime) -> Decision:
    """Returns what the gate says of a message that is only thought of. Stores nothing."""
    return decide(
        question(
            template=template,
            languages=languages_of(case),
            party_id=case.borrower_id,
            loan_ids=(case.loan_id,),
            contact_point_id=place.contact_point_id,
            at=at,
        )
    )


def preview_of(*, case: Case, template: MessageTemplate, place: Place) -> Preview:
    """Returns what the message would say, with the person's name masked.

    Raises ValidationError with the reason where it could not be said.
    """
    try:
        return preview(
            order=_order(case, template, place, step=""),
            template=template,
            portfolio=case.portfolio,
            party=case.borrower,
            contract_numbers=[case.loan.contract_no],
            shown_name=shown_name(case.borrower),
        )
    except NotSayable as refusal:
        raise ValidationError(sentence(refusal.reason, refusal.values)) from refusal


@transaction.atomic
def send_message(*, case: Case, template: MessageTemplate, place: Place, by: User) -> Message:
    """Owes one message to the borrower, to leave now; the outbox asks the gate once more.

    The same wording to the same place goes out once a day: a second click finds the first. Raises
    ValidationError for a case that is over, a wording that is not for this person or could not be
    said, or one that was sent today; MessageRefused where the gate says no. Nothing is owed then.
    """
    _check(case, template, place)
    decision = ask_before(case=case, template=template, place=place, at=clock.now())
    if not decision.allowed:
        raise MessageRefused(decision)
    preview_of(case=case, template=template, place=place)
    step = _step(case, template, place)
    actor = Actor.of(by)
    if not enqueue(orders=[_order(case, template, place, step=step)], by=actor):
        raise ValidationError(_sent_already())
    message = _to(place, sent_by_hand(case, template, step)).get(step=step)
    record(
        action="message.sent_by_hand",
        by=actor,
        object_type="notifications.Message",
        object_id=message.pk,
        portfolio_id=case.portfolio_id,
        data={
            "case": str(case.pk),
            "party": str(case.borrower_id),
            "template": template.code,
            "channel": template.channel,
        },
    )
    return message


def _check(case: Case, template: MessageTemplate, place: Place) -> None:
    if case.state != CaseState.OPEN:
        raise ValidationError(_("The case is over; nothing is sent from it."))
    if template.purpose not in BY_HAND or template not in wordings_for(case):
        raise ValidationError(_("This wording is not for this person."))
    if place.channel != template.channel:
        raise ValidationError(_("This wording does not go there."))
    if template.purpose == MessagePurpose.OVERDUE and past_due(case) <= 0:
        raise ValidationError(sentence("paid", {}))


def past_due(case: Case) -> Decimal:
    """What is past due and not on its way: what a message about it says."""
    position = case.loan.position
    owed: Decimal = position.overdue_amount - position.pending_amount
    return owed


def _order(case: Case, template: MessageTemplate, place: Place, *, step: str) -> Order:
    now, owed = clock.now(), past_due(case)
    is_letter = template.channel == MessageChannel.LETTER
    return Order(
        portfolio_id=case.portfolio_id,
        party_id=case.borrower_id,
        loan_ids=(case.loan_id,),
        template_id=template.pk,
        anchor=anchor_of(case),
        step=step,
        send_at=now,
        expires_at=now + (_LETTER_WITHIN if is_letter else _WITHIN),
        language=languages_of(case)[0],
        contact_point_id=place.contact_point_id,
        address_id=place.address_id,
        amount=owed if owed > 0 else None,
        due_on=case.loan.position.oldest_unsatisfied_due_on,
    )


def _step(case: Case, template: MessageTemplate, place: Place) -> str:
    """One wording, one day; another try has a number of its own once the last one came to nothing.

    Two clicks at once name the same step, and the obligation is unique by it.
    """
    day = clock.local_today(case.portfolio.time_zone).isoformat()
    step = f"hand:{template.code}:{day}"
    earlier = list(_to(place, sent_by_hand(case, template, step)).values_list("state", flat=True))
    if any(state not in _NOTHING_LEFT for state in earlier):
        raise ValidationError(_sent_already())
    return f"{step}:{len(earlier)}" if earlier else step


def _to(place: Place, messages: QuerySet[Message]) -> QuerySet[Message]:
    return messages.filter(contact_point=place.contact_point_id, address=place.address_id)


def _sent_already() -> str:
    return _("This was sent to the same number or address today.")

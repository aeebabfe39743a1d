"""A message as the gate is asked about it."""

from __future__ import annotations

from compliance.gate.facts import CallMode, Channel, ContactRequest, Purpose
from compliance.gate.facts import Content as Declared
from core import clock
from notifications.outbox.models import Message
from notifications.templates.declared import declared_content
from notifications.templates.models import MessagePurpose

_PURPOSES = {
    MessagePurpose.NOTICE: Purpose.NOTICE_REQUIRED,
    MessagePurpose.SERVICE: Purpose.SERVICE,
    MessagePurpose.THANKS: Purpose.SERVICE,
    MessagePurpose.OPT_OUT_CONFIRMED: Purpose.SERVICE,
}


def contact_request(message: Message) -> ContactRequest:
    """Returns the question: this person, these loans, this channel and address, now."""
    content = declared_content(message.template, message.language)
    if message.purpose == MessagePurpose.OPT_OUT_CONFIRMED:
        content = content | {Declared.OPT_OUT_CONFIRMATION.value}
    return ContactRequest(
        party_id=message.party_id,
        loan_ids=tuple(message.about.order_by("loan_id").values_list("loan_id", flat=True)),
        channel=Channel(message.channel),
        at=clock.now(),
        contact_point_id=message.contact_point_id,
        mode=CallMode.LIVE,
        purpose=_PURPOSES.get(MessagePurpose(message.purpose), Purpose.PAYMENT),
        content=content,
    )

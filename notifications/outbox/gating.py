"""A message as the gate is asked about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from compliance.gate.facts import CallMode, Channel, ContactRequest, Purpose
from compliance.gate.facts import Content as Declared
from core import clock
from notifications.outbox.models import Message
from notifications.templates.declared import content_of, declared_content
from notifications.templates.models import MessagePurpose, MessageTemplate, TemplateVersion

_PURPOSES = {
    MessagePurpose.NOTICE: Purpose.NOTICE_REQUIRED,
    MessagePurpose.VISIT_NOTICE: Purpose.NOTICE_REQUIRED,
    MessagePurpose.SERVICE: Purpose.SERVICE,
    MessagePurpose.VISIT_CALLED_OFF: Purpose.SERVICE,
    MessagePurpose.PLAN_AGREED: Purpose.SERVICE,
    MessagePurpose.THANKS: Purpose.SERVICE,
    MessagePurpose.OPT_OUT_CONFIRMED: Purpose.SERVICE,
}

#: What may answer a person who wrote; everything else is sent by a plan and answers nobody.
_ANSWERS = frozenset({MessagePurpose.SERVICE, MessagePurpose.PAYMENT_DETAILS})


def contact_request(message: Message, version: TemplateVersion) -> ContactRequest:
    """Returns the question: this person, these loans, this channel, address and wording, now."""
    return _question(
        template=message.template,
        content=content_of(version),
        party_id=message.party_id,
        loan_ids=tuple(sorted(about.loan_id for about in message.about.all())),
        contact_point_id=message.contact_point_id,
        at=clock.now(),
    )


def question(
    *,
    template: MessageTemplate,
    languages: Sequence[str],
    party_id: UUID,
    loan_ids: tuple[UUID, ...],
    contact_point_id: UUID | None,
    at: datetime,
) -> ContactRequest:
    """Returns what the gate is asked about a message of a template, sent or only thought of."""
    return _question(
        template=template,
        content=declared_content(template, languages),
        party_id=party_id,
        loan_ids=loan_ids,
        contact_point_id=contact_point_id,
        at=at,
    )


def _question(
    *,
    template: MessageTemplate,
    content: frozenset[str],
    party_id: UUID,
    loan_ids: tuple[UUID, ...],
    contact_point_id: UUID | None,
    at: datetime,
) -> ContactRequest:
    if template.purpose == MessagePurpose.OPT_OUT_CONFIRMED:
        content = content | {Declared.OPT_OUT_CONFIRMATION.value}
    return ContactRequest(
        party_id=party_id,
        loan_ids=loan_ids,
        channel=Channel(template.channel),
        at=at,
        contact_point_id=contact_point_id,
        mode=CallMode.LIVE,
        purpose=_PURPOSES.get(MessagePurpose(template.purpose), Purpose.PAYMENT),
        content=content,
        is_planned=template.purpose not in _ANSWERS,
    )

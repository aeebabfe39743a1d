"""Taking in what people write: who it is, what it counts as, and a stop at once."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from compliance.attempts.models import Outcome
from compliance.attempts.services import record_inbound
from compliance.consents.services import record_consent
from compliance.gate.facts import Channel, ContactRequest
from core import clock
from core.audit.actors import SYSTEM, Actor
from core.audit.services import record
from core.encryption import blind_index
from core.encryption.sealing import seal
from core.facts.announcements import announce
from core.ids import uuid7
from loans.borrowers.models import ContactKind, ContactPoint
from loans.contracts.models import LoanParty
from notifications.channels.flow import MessageChannel
from notifications.inbound.intents import intent_of
from notifications.inbound.mail_words import own_subject, own_words
from notifications.inbound.models import InboundMessage, Intent
from notifications.outbox.flow import OUT
from notifications.outbox.models import Message, MessageEvent

if TYPE_CHECKING:
    from notifications.receipts.models import ProviderEvent
    from notifications.receipts.reading import Reply

_TABLE = "notifications_inboundmessage"
_KINDS = {MessageChannel.SMS: ContactKind.PHONE, MessageChannel.EMAIL: ContactKind.EMAIL}


@transaction.atomic
def take_in(*, reply: Reply, event: ProviderEvent) -> bool:
    """Keeps one message received; a wish to stop is in force when this returns. Always True.

    It is a contact of the person's own making and counts as such. A number that belongs to nobody
    is kept for a person to look at; one that several people share stops for all of them. Mail from
    an unknown address that answers a message of ours comes from who was written to.
    """
    channel = event.account.channel
    named = _named(reply, event)
    points = list(_points(channel, reply.sender)) or _written_to(named)
    answers = _answered(points, channel, named)
    party_point = next((p for p in points if answers and p.party_id == answers.party_id), None)
    point = party_point or (points[0] if points else None)
    words, intent = _said(reply, channel)
    at = min(reply.at or event.received_at, clock.now())
    # Anybody can write another's address above an e-mail: it may end messages, not start them.
    if intent is Intent.OPT_OUT or (intent is Intent.OPT_IN and channel != MessageChannel.EMAIL):
        for each in points:
            _answer(each, channel, intent, event)
    # Who is known and only says stop has been served; nobody needs to read it first.
    is_served = intent is Intent.OPT_OUT and bool(points)
    pk = uuid7()
    key = point.party.data_key if point is not None else event.account.data_key
    InboundMessage.objects.create(
        id=pk,
        party=point.party if point is not None else None,
        contact_point=point,
        channel=channel,
        received_at=at,
        text=seal(key=key, plaintext=words, table=_TABLE, column="text", row_id=pk),
        intent=intent,
        answers=answers,
        event=event,
        attempt_id=_counted(point, channel, at) if point is not None else None,
        handled_at=clock.now() if is_served else None,
        handled_by=SYSTEM.label if is_served else "",
    )
    announce(MessageEvent.TOPIC)
    transaction.on_commit(partial(_tell_receivers, pk), robust=True)
    return True


@transaction.atomic
def mark_handled(*, inbound: InboundMessage, by: Actor) -> InboundMessage:
    """Notes that somebody dealt with a message. Raises ValidationError when somebody did before."""
    locked = InboundMessage.objects.select_for_update(of=("self",)).get(pk=inbound.pk)
    if locked.handled_at is not None:
        raise ValidationError(_("%(by)s dealt with it before.") % {"by": locked.handled_by})
    locked.handled_at, locked.handled_by = clock.now(), by.label
    locked.save(update_fields=["handled_at", "handled_by"])
    record(
        action="inbound.handled",
        by=by,
        object_type="notifications.InboundMessage",
        object_id=locked.pk,
    )
    return locked


def _tell_receivers(inbound_id: UUID) -> None:
    """Tells the apps above; what is lost here still stands on the case and in the queue."""
    for name in settings.REPLY_RECEIVERS:
        import_string(name)(inbound_id)


def _points(channel: str, sender: str) -> list[ContactPoint]:
    kind = _KINDS.get(MessageChannel(channel))
    if kind is None or not sender:
        return []
    index = blind_index(kind=kind, normalised=sender.strip().lower())
    found = ContactPoint.objects.filter(kind=kind, value_index=index)
    return list(found.select_related("party__data_key").order_by("pk"))


def _named(reply: Reply, event: ProviderEvent) -> Message | None:
    """The message of ours that a reply names, as e-mail does."""
    if not reply.answers:
        return None
    rows = Message.objects.filter(account=event.account, state__in=OUT)
    return rows.select_related("contact_point__party__data_key").filter(pk=reply.answers).first()


def _written_to(named: Message | None) -> list[ContactPoint]:
    return [named.contact_point] if named is not None and named.contact_point is not None else []


def _said(reply: Reply, channel: str) -> tuple[str, Intent]:
    """The person's own words and what they ask for; of e-mail its first line or its subject too."""
    if channel != MessageChannel.EMAIL:
        return reply.text, intent_of(reply.text)
    own, subject = own_words(reply.text), own_subject(reply.subject)
    words = "\n".join(filter(None, (subject, own)))
    first_line = own.partition("\n")[0]
    if Intent.OPT_OUT in map(intent_of, (first_line, subject, own)):
        return words, Intent.OPT_OUT
    return words, intent_of(own or subject)


def _answered(points: list[ContactPoint], channel: str, named: Message | None) -> Message | None:
    """The message a reply names, else the newest that went to the number or address."""
    if named is not None and named.contact_point in points:
        return named
    return (
        Message.objects.filter(contact_point__in=points, channel=channel, state__in=OUT)
        .order_by("-calling_at")
        .first()
    )


def _answer(point: ContactPoint, channel: str, intent: Intent, event: ProviderEvent) -> None:
    record_consent(
        party=point.party,
        channel=channel,
        answer="no" if intent is Intent.OPT_OUT else "yes",
        given_at=event.received_at,
        source=f"reply {event.event_id}"[:120],
        by=SYSTEM,
        contact_point=point,
    )


def _counted(point: ContactPoint, channel: str, at: datetime) -> UUID | None:
    """The person's own contact in the ledger; a party of no loan has none to be about."""
    loans = LoanParty.objects.filter(party=point.party_id).values_list("loan_id", flat=True)
    loan_ids = tuple(loans.order_by("loan_id"))
    if not loan_ids:
        return None
    attempt = record_inbound(
        request=ContactRequest(
            party_id=point.party_id,
            loan_ids=loan_ids,
            channel=Channel(channel),
            at=at,
            contact_point_id=point.pk,
        ),
        outcome=Outcome.RECEIVED,
        by=SYSTEM,
    )
    found: UUID = attempt.pk
    return found

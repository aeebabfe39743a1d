"""What a dossier says of messages: the wording, what was said, and what became of each."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.exports import Column, Row, Said, Section
from loans.borrowers.dossier import Subject, opened
from notifications.outbox.models import Message, MessageEvent
from notifications.outbox.reasons import sentence


def messages(subject: Subject) -> Section:
    """Every message that was owed to the person, sent or not, with its life."""
    found = list(
        Message.objects.filter(party=subject.party, portfolio__in=subject.portfolios)
        .select_related("template", "version", "contact_point__party__data_key", "address")
        .prefetch_related("about", "events")
        .order_by("planned_at", "pk")
    )
    return Section(
        key="messages",
        heading=_("Messages"),
        columns=[
            Column(_("planned")),
            Column(_("way")),
            Column(_("to or from"), kind="id"),
            Column(_("purpose")),
            Column(_("about"), kind="id"),
            Column(_("wording")),
            Column(_("subject")),
            Column(_("text")),
            Column(_("state")),
            Column(_("what became of it")),
            Column(_("planned by")),
            Column(_("attempt"), kind="id"),
            Column(_("provider's reference"), kind="id"),
        ],
        rows=[_row(subject, message) for message in found],
        records={
            "notifications.Message": [message.pk for message in found],
            "notifications.MessageLoan": [row.pk for one in found for row in one.about.all()],
            "notifications.MessageEvent": [row.pk for one in found for row in one.events.all()],
        },
    )


def _row(subject: Subject, message: Message) -> Row:
    version = message.version
    wording = f"{message.template.code} ({message.language})"
    if version is not None:
        wording = _("%(code)s (%(language)s), version %(number)s") % {
            "code": message.template.code,
            "language": version.language,
            "number": version.version,
        }
    address = message.address
    events = sorted(message.events.all(), key=lambda event: (event.at, event.pk))
    return (
        message.planned_at,
        str(message.get_channel_display()),
        opened(subject.party, address, "text")
        if address
        else subject.number(message.contact_point),
        str(message.get_purpose_display()),
        subject.contracts(row.loan_id for row in message.about.all()),
        wording,
        Said(opened(subject.party, message, "subject")),
        Said(opened(subject.party, message, "body")),
        str(message.get_state_display()),
        "; ".join(_event(event) for event in events),
        message.planned_by,
        str(message.attempt_id or ""),
        message.provider_ref,
    )


def _event(event: MessageEvent) -> str:
    try:
        why = sentence(event.word, event.values)
    except (KeyError, ValueError, TypeError):
        # Kept by an older release in other words: its key says more than nothing.
        why = event.word
    told = f"{event.at:%Y-%m-%d %H:%M} UTC {event.get_state_display()}"
    return f"{told}: {why}" if why else told

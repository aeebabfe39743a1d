"""What a dossier says of what the person wrote."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.exports import Column, Said, Section
from loans.borrowers.dossier import Subject
from notifications.inbound.models import InboundMessage
from notifications.inbound.reading import words_of


def replies(subject: Subject) -> Section:
    """Every message received from the person."""
    found = list(
        InboundMessage.objects.filter(party=subject.party)
        .select_related("party__data_key", "event__account", "contact_point__party__data_key")
        .order_by("received_at", "pk")
    )
    return Section(
        key="replies",
        heading=_("Messages received"),
        columns=[
            Column(_("received")),
            Column(_("way")),
            Column(_("number"), kind="id"),
            Column(_("wants")),
            Column(_("text")),
            Column(_("answers"), kind="id"),
            Column(_("dealt with")),
            Column(_("dealt with by")),
        ],
        rows=[
            (
                row.received_at,
                str(row.get_channel_display()),
                subject.number(row.contact_point),
                str(row.get_intent_display()),
                Said(words_of(row)),
                str(row.answers_id or ""),
                row.handled_at,
                row.handled_by,
            )
            for row in found
        ],
        records={
            "notifications.InboundMessage": [row.pk for row in found],
            "notifications.ProviderEvent": [row.event_id for row in found],
        },
    )

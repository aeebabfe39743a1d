"""The columns of a list of messages, the same on the page and in a file."""

from __future__ import annotations

from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.oversight.cells import Cell, Column, contracts, name, person
from notifications.outbox.flow import MessageState
from notifications.outbox.models import Message
from notifications.outbox.reasons import sentence

#: state -> the mark it is drawn with; what rightly did not go out has none.
MARKS: Final = {
    MessageState.WAITING: "waiting",
    MessageState.SENDING: "running",
    MessageState.UNCERTAIN: "uncertain",
    MessageState.ACCEPTED: "done",
    MessageState.DELIVERED: "done",
    MessageState.UNDELIVERED: "failed",
    MessageState.FAILED: "failed",
}


def message_columns() -> list[Column]:
    """Returns the columns of a list of messages, with headings in the reader's language."""
    return [
        Column(_("To be sent"), lambda row: Cell(at=row.send_at, href=message_href(row))),
        Column(_("Person"), lambda row: person(row.party)),
        Column(_("Contract"), lambda row: contracts(about.loan for about in row.about.all()), "id"),
        Column(_("What it is"), lambda row: Cell(str(row.get_purpose_display()))),
        Column(_("Channel"), lambda row: Cell(str(row.get_channel_display()))),
        Column(_("State"), state_cell),
        Column(_("Portfolio"), lambda row: name(row.portfolio.name)),
        Column(_("Provider's reference"), lambda row: Cell(row.provider_ref), "id"),
    ]


def state_cell(message: Message) -> Cell:
    """Returns the state with its mark and, where there is one, the reason as a sentence."""
    state = MessageState(message.state)
    why = sentence(message.reason, message.reason_values)
    return Cell(str(state.label), mark=MARKS.get(state, ""), note=why)


def message_href(message: Message) -> str:
    """Returns the page of a message."""
    return reverse("messages:message", args=[message.pk])

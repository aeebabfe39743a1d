"""The columns of replies."""

from __future__ import annotations

from django.utils.translation import gettext as _

from compliance.oversight.cells import Cell, Column, contracts, name, person
from loans.borrowers.presentation import lang_of
from notifications.inbound.models import InboundMessage, Intent
from notifications.inbound.reading import words_of


def reply_columns() -> list[Column]:
    """Returns the columns of a list of replies."""
    return [
        Column(_("Received"), lambda row: Cell(at=row.received_at)),
        Column(_("Person"), _who),
        Column(_("Contract"), _contracts, "id"),
        Column(_("Channel"), lambda row: Cell(str(row.get_channel_display()))),
        Column(_("Wants"), _wants),
        Column(_("What it says"), _words),
        Column(_("Dealt with"), _handled),
    ]


def _who(inbound: InboundMessage) -> Cell:
    if inbound.party is None:
        return Cell(_("a sender nobody knows"), note=inbound.event.account.name)
    return person(inbound.party)


def _contracts(inbound: InboundMessage) -> Cell:
    if inbound.party is None:
        return Cell()
    return contracts({row.loan_id: row.loan for row in inbound.party.loans.all()}.values())


def _wants(inbound: InboundMessage) -> Cell:
    is_stop = inbound.intent == Intent.OPT_OUT
    return Cell(str(inbound.get_intent_display()), note=_("in force at once") if is_stop else "")


def _words(inbound: InboundMessage) -> Cell:
    text = words_of(inbound)
    return Cell(text or _("erased"), lang=lang_of(text))


def _handled(inbound: InboundMessage) -> Cell:
    if inbound.handled_at is None:
        return Cell(_("nobody yet"), mark="waiting")
    return Cell(at=inbound.handled_at, note=name(inbound.handled_by).text)

"""Letters: a provider that is the lender's own printer, or a shop that is given the PDF."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from notifications.channels.adapters import (
    Absent,
    Accepted,
    Found,
    LookupResult,
    Outgoing,
    Refused,
    SendResult,
)
from notifications.channels.flow import Lookup
from notifications.letters.models import Letter
from notifications.letters.services import CannotPrint, file_letter


class Letters:
    """Accepted is a letter once it is filed for the next batch; it is filed once only."""

    code = "letters"
    lookup = Lookup.REFERENCE
    deduplicates = True
    find_delay = 1.0

    def __init__(self, settings: Mapping[str, Any], secret: str, channel: str) -> None:
        self.channel = channel

    def send(self, outgoing: Outgoing) -> SendResult:
        try:
            letter = file_letter(
                message_id=UUID(hex=outgoing.reference),
                recipient=outgoing.recipient,
                subject=outgoing.subject,
                body=outgoing.body,
            )
        except CannotPrint as error:
            return Refused(f"no glyph for {error}", may_retry=False)
        return Accepted(letter.pk.hex)

    def find(self, outgoing: Outgoing) -> LookupResult:
        letter = Letter.objects.filter(message_id=UUID(hex=outgoing.reference)).first()
        return Absent() if letter is None else Found(letter.pk.hex)

"""The words of a message received, in clear, for who may read the case it belongs to."""

from __future__ import annotations

from core.encryption.words import words_in
from notifications.inbound.models import InboundMessage


def words_of(inbound: InboundMessage) -> str:
    """Returns what the person wrote; nothing when the key it was sealed under was destroyed.

    The caller has read `party__data_key`, or `event__account__data_key` for an unknown sender.
    """
    party = inbound.party
    key = party.data_key if party is not None else inbound.event.account.data_key
    return words_in(inbound, "text", key=key)

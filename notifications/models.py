"""Gathers the models of the app's concepts."""

from notifications.channels.models import ChannelAccount, ChannelPace, ChannelSlot
from notifications.inbound.models import InboundMessage
from notifications.letters.models import Letter, LetterBatch
from notifications.outbox.models import (
    Batch,
    Message,
    MessageEvent,
    MessageHold,
    MessageLoan,
)
from notifications.receipts.models import ProviderEvent
from notifications.templates.models import MessageTemplate, TemplateVersion

__all__ = [
    "Batch",
    "ChannelAccount",
    "ChannelPace",
    "ChannelSlot",
    "InboundMessage",
    "Letter",
    "LetterBatch",
    "Message",
    "MessageEvent",
    "MessageHold",
    "MessageLoan",
    "MessageTemplate",
    "ProviderEvent",
    "TemplateVersion",
]

"""Mail that people write, as providers hand it on: read by django-anymail. No queries here."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final

from anymail.exceptions import AnymailInvalidAddress
from anymail.inbound import AnymailInboundMessage
from anymail.webhooks.brevo import BrevoInboundWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView
from anymail.webhooks.sendgrid import SendGridInboundWebhookView
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import QueryDict
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.datastructures import MultiValueDict

from notifications.channels.mail import SMTP

#: Our own view checks who calls; anymail only reads.
_READ_ONLY: Final = "read-only"


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """One message with the provider's own id of it, empty where it has none."""

    event_id: str
    message: AnymailInboundMessage
    attachments: int = 0

    @property
    def sender(self) -> str:
        """Who wrote; nothing for an address that can be nobody's."""
        try:
            found = self.message.from_email
        except AnymailInvalidAddress:
            return ""
        return str(found.addr_spec) if found is not None else ""


@dataclass(slots=True)
class _Told:
    """As much of a request as anymail's readers look at."""

    body: bytes
    META: Mapping[str, str] = field(default_factory=dict)
    POST: QueryDict = field(default_factory=QueryDict)
    FILES: MultiValueDict[str, Any] = field(default_factory=MultiValueDict)


def read_received(provider: str, body: bytes, content_type: str) -> list[ReceivedMail]:
    """Returns the messages in a call; none where it makes no sense.

    Attachments are counted and never fetched or kept.
    """
    read = _READERS.get(provider)
    if read is None:
        return []
    try:
        return read(body, content_type)
    except (ValueError, TypeError, AttributeError, LookupError, MultiPartParserError):
        return []


def _raw(body: bytes, content_type: str) -> list[ReceivedMail]:
    message = AnymailInboundMessage.parse_raw_mime_bytes(body)
    if not message.get("From"):
        return []
    return [ReceivedMail("", message, len(message.attachments))]


def _postmark(body: bytes, content_type: str) -> list[ReceivedMail]:
    told = json.loads(body)
    count = len(told.pop("Attachments", None) or [])
    if told.get("RecordType", "Inbound") != "Inbound" or "FromFull" not in told:
        return []
    view = PostmarkInboundWebhookView(webhook_secret=_READ_ONLY)
    event = view.esp_to_anymail_event(told)
    return [ReceivedMail(str(event.event_id or ""), event.message, count)]


def _brevo(body: bytes, content_type: str) -> list[ReceivedMail]:
    items = json.loads(body)["items"]
    # Anymail would fetch each attachment from the provider while its call waits for our answer.
    counts = [len(item.pop("Attachments", None) or []) for item in items]
    view = BrevoInboundWebhookView(webhook_secret=_READ_ONLY, api_key=_READ_ONLY)
    events = [view.esp_to_anymail_event(item) for item in items]
    return [
        ReceivedMail(str(event.event_id or ""), event.message, count)
        for event, count in zip(events, counts, strict=True)
    ]


def _sendgrid(body: bytes, content_type: str) -> list[ReceivedMail]:
    meta = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(body))}
    # Files go to disk and away with it; only fields stay.
    parser = MultiPartParser(meta, BytesIO(body), [TemporaryFileUploadHandler()])
    fields, files = parser.parse()
    view = SendGridInboundWebhookView(webhook_secret=_READ_ONLY)
    (event,) = view.parse_events(_Told(body, meta, fields, MultiValueDict()))
    count = len(files) or len(event.message.attachments)
    return [ReceivedMail("", event.message, count)]


_READERS: Final[Mapping[str, Callable[[bytes, str], list[ReceivedMail]]]] = {
    SMTP: _raw,
    "postmark": _postmark,
    "brevo": _brevo,
    "sendgrid": _sendgrid,
}

"""What a message says at the second of sending: chosen wording, filled fields, sealed copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from core.encryption.sealing import seal, unseal
from loans.borrowers.models import Address, ContactPoint
from notifications.channels.adapters import Outgoing
from notifications.channels.flow import MessageChannel
from notifications.outbox.models import Message
from notifications.outbox.orders import Recheck
from notifications.outbox.values import values_of
from notifications.templates.models import TemplateVersion
from notifications.templates.queries import first_approved
from notifications.templates.registration import is_refused
from notifications.templates.rendering import MissingField, Rendered, render
from notifications.templates.segments import count_parts

_TABLE = "notifications_message"


class NotSayable(Exception):
    """There is no wording for the message, or it asks for what is not there."""

    def __init__(self, reason: str, values: Mapping[str, Any] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.values = dict(values or {})


@dataclass(frozen=True, slots=True)
class Content:
    """The text of one message for one person, and the wording it was made from."""

    version: TemplateVersion
    rendered: Rendered

    def outgoing(self, message: Message) -> Outgoing:
        """Returns the message as a provider is given it."""
        return Outgoing(
            reference=message.reference,
            recipient=recipient_of(message),
            subject=self.rendered.subject,
            body=self.rendered.body,
            signature=self.version.signature,
            template_code=self.version.provider_code,
            template_fields=self.rendered.fields,
            first_tried_at=message.calling_at,
        )


def compose(message: Message, still: Recheck) -> Content:
    """Returns what the message says now.

    Raises NotSayable without wording or without a value, and for a wording that the provider of
    its account has not registered.
    """
    languages = (message.language, message.portfolio.language)
    version = first_approved(message.template.versions.all(), languages)
    if version is None:
        raise NotSayable("no_template")
    if is_refused(version, message.account):
        raise NotSayable(
            "unregistered", {"wording": version.template.name, "language": version.language}
        )
    try:
        return Content(version, render(version, values_of(message, still)))
    except MissingField as missing:
        raise NotSayable("template_incomplete", {"field": missing.field}) from missing


#: What `keep` sets.
KEPT: Final = ("version_id", "subject", "body", "parts")


def keep(message: Message, content: Content) -> None:
    """Puts the text that is about to leave into its row, sealed; the caller saves `KEPT`."""
    message.version = content.version
    message.subject = _sealed(message, "subject", content.rendered.subject)
    message.body = _sealed(message, "body", content.rendered.body)
    message.parts = (
        count_parts(content.rendered.body).parts if message.channel == MessageChannel.SMS else None
    )


def said_in(message: Message) -> Rendered:
    """Returns the text that left, for who may read it."""
    return Rendered(
        subject=_opened(message, "subject", message.subject),
        body=_opened(message, "body", message.body),
        fields={},
    )


def outgoing_again(message: Message) -> Outgoing:
    """Returns a kept message as its provider was given it, to ask about it."""
    said = said_in(message)
    return Outgoing(
        reference=message.reference,
        recipient=recipient_of(message),
        subject=said.subject,
        body=said.body,
        first_tried_at=message.calling_at,
    )


def recipient_of(message: Message) -> str:
    """Returns number, e-mail or name and postal address in clear, for the provider alone."""
    point, address = message.contact_point, message.address
    if point is not None:
        table, column, row, sealed = ContactPoint._meta.db_table, "value", point.pk, point.value
    elif address is not None:
        table, column, row, sealed = Address._meta.db_table, "text", address.pk, address.text
    else:
        return ""
    if sealed is None:
        return ""
    key = message.party.data_key
    text = unseal(key=key, sealed=sealed, table=table, column=column, row_id=row)
    return text if point is not None else f"{message.party.full_name}\n{text}"


def _sealed(message: Message, column: str, text: str) -> bytes | None:
    if not text:
        return None
    return seal(
        key=message.party.data_key, plaintext=text, table=_TABLE, column=column, row_id=message.pk
    )


def _opened(message: Message, column: str, sealed: bytes | None) -> str:
    if sealed is None:
        return ""
    return unseal(
        key=message.party.data_key, sealed=sealed, table=_TABLE, column=column, row_id=message.pk
    )

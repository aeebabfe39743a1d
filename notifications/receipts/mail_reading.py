"""What a received e-mail is: a person's reply, a bounce, or a machine that nobody is behind."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import Any, Final

from notifications.channels.mail_inbound import ReceivedMail, read_received
from notifications.inbound.mail_words import text_of_html
from notifications.receipts.reading import Event, Receipt, Reply

#: Our messages are named by their reference, which a reply or a bounce repeats.
_REFERENCE: Final = re.compile(r"<?\b([0-9a-f]{32})@")
#: RFC 3463: no such mailbox or host, or a mailbox that was closed.
_BAD: Final = re.compile(r"^5\.(1\.(0|1|2|3|6|10)|2\.1|4\.4)$")
_STATUS: Final = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
#: More than that nobody writes; the rest is quoted or no text at all.
_MOST_TEXT: Final = 20_000
_MACHINES: Final = frozenset({"bulk", "auto_reply", "junk", "list"})


def read_mail_in(provider: str, body: bytes, content_type: str) -> list[Event]:
    """Returns what the messages of one call are. An automatic answer is nothing."""
    events = (_event(mail) for mail in read_received(provider, body, content_type))
    return [event for event in events if event is not None]


def _event(mail: ReceivedMail) -> Event | None:
    key = f"mail:{mail.event_id or _identity(mail.message)}"[:160]
    if mail.message.get_content_type() == "multipart/report":
        return _bounce(key, mail.message)
    return None if _is_machine(mail.message) else _reply(key, mail)


def _reply(key: str, mail: ReceivedMail) -> Reply | None:
    message = mail.message
    if not mail.sender:
        return None
    text = message.text or text_of_html(message.html or "")
    if mail.attachments:
        text = f"{text[:_MOST_TEXT]}\n[+{mail.attachments}]"
    return Reply(
        event_id=key,
        sender=mail.sender,
        text=text[: _MOST_TEXT + 20],
        at=_instant(message),
        subject=str(message.subject or "")[:300],
        answers=_reference(message, "In-Reply-To", "References"),
    )


def _bounce(key: str, message: Any) -> Receipt | None:
    """A report of delivery (RFC 3464): which message did not arrive, and whether it ever can."""
    status, action = "", ""
    reference = _reference(message, "In-Reply-To", "References")
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            status, action = _delivery(part)
        elif kind in ("message/rfc822", "text/rfc822-headers"):
            reference = _original(part) or reference
    if not reference or action not in ("failed", "delivered", "relayed"):
        return None
    return Receipt(
        event_id=key,
        arrived=action != "failed",
        said=status or action,
        reference=reference,
        address_is_bad=action == "failed" and _BAD.match(status) is not None,
    )


def _delivery(part: Any) -> tuple[str, str]:
    """The status and the action of the first recipient named."""
    blocks = part.get_payload()
    for block in blocks if isinstance(blocks, list) else []:
        if block.get("Action"):
            found = _STATUS.search(str(block.get("Status", "")))
            return (found.group(1) if found else "", str(block["Action"]).strip().lower())
    return "", ""


def _original(part: Any) -> str:
    """The reference of the message that is reported about, from its headers in the report."""
    inside = part.get_payload()
    if isinstance(inside, list) and inside:
        return _reference(inside[0], "Message-ID")
    headers = part.get_payload(decode=True)
    text = headers.decode("utf-8", "replace") if isinstance(headers, bytes) else ""
    line = re.search(r"^message-id:\s*(\S+)", text, re.IGNORECASE | re.MULTILINE)
    found = _REFERENCE.search(line.group(1)) if line else None
    return found.group(1) if found else ""


def _reference(message: Any, *names: str) -> str:
    for name in names:
        found = _REFERENCE.findall(str(message.get(name, "")))
        if found:
            return str(found[-1])
    return ""


def _is_machine(message: Any) -> bool:
    """An absence note or a list: nobody wrote it, so it is no contact of anybody's making."""
    auto = str(message.get("Auto-Submitted", "no")).strip().lower()
    precedence = str(message.get("Precedence", "")).strip().lower()
    named = any(message.get(name) for name in ("X-Autoreply", "X-Autorespond", "List-Id"))
    return not auto.startswith("no") or precedence in _MACHINES or named


def _instant(message: Any) -> datetime | None:
    at: datetime | None = message.date
    if at is None:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _identity(message: Any) -> str:
    """The sender's own id of the message; without one, what it says."""
    told = str(message.get("Message-ID", "")).strip()
    if told:
        return told
    return hashlib.sha256(message.as_bytes()).hexdigest()

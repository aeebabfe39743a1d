"""What a provider's event says, in our words. One reader for each adapter."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from notifications.channels.mail_events import read_mail_events

_BEIJING: Final = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Receipt:
    """A provider tells what became of a message; by our reference or by its own."""

    event_id: str
    arrived: bool | None
    said: str = ""
    reference: str = ""
    provider_ref: str = ""
    address_is_bad: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """A person wrote. `sender` is in clear and must not be logged.

    E-mail has a subject, and `answers` the reference of our message where it names one.
    """

    event_id: str
    sender: str
    text: str
    at: datetime | None = None
    subject: str = ""
    answers: str = ""


Event = Receipt | Reply

_TWILIO_ARRIVED: Final = {
    "delivered": True,
    "read": True,
    "undelivered": False,
    "failed": False,
}
#: Not a number, out of reach for good, or unsubscribed at the carrier.
_TWILIO_BAD: Final = frozenset({"30003", "30005", "30006", "21610", "21614"})


Settings = Mapping[str, Any]


def read_twilio(body: bytes, query: Mapping[str, str], settings: Settings) -> list[Event]:
    """Reads one form: a status callback of a message, or a message received."""
    form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    sid = form.get("MessageSid") or form.get("SmsSid", "")
    status = form.get("MessageStatus") or form.get("SmsStatus", "")
    if not sid:
        return []
    if status in ("", "received") and "Body" in form:
        return [Reply(event_id=sid, sender=form.get("From", ""), text=form["Body"])]
    return [
        Receipt(
            event_id=f"{sid}:{status}",
            arrived=_TWILIO_ARRIVED.get(status),
            said=form.get("ErrorCode") or status,
            reference=query.get("reference", ""),
            provider_ref=sid,
            address_is_bad=form.get("ErrorCode", "") in _TWILIO_BAD,
        )
    ]


def read_aliyun(body: bytes, query: Mapping[str, str], settings: Settings) -> list[Event]:
    """Reads a list of delivery reports (SmsReport) or of messages received (SmsUp)."""
    events: list[Event] = []
    for row in _rows(body):
        if "content" in row:
            at = _beijing(str(row.get("send_time", "")))
            number = _international(str(row.get("phone_number", "")))
            key = f"up:{row.get('sequence_id') or ''}:{row.get('phone_number')}:{at}"
            events.append(Reply(event_id=key[:160], sender=number, text=str(row["content"]), at=at))
        elif row.get("biz_id"):
            arrived = bool(row.get("success"))
            code = str(row.get("err_code", ""))
            events.append(
                Receipt(
                    event_id=f"{row['biz_id']}:{row.get('phone_number', '')}:{arrived}"[:160],
                    arrived=arrived,
                    said=code,
                    reference=str(row.get("out_id") or ""),
                    provider_ref=str(row["biz_id"]),
                    address_is_bad=code in ("MOBILE_NOT_EXIST", "MOBILE_NUMBER_ILLEGAL"),
                )
            )
    return events


def read_gateway(body: bytes, query: Mapping[str, str], settings: Settings) -> list[Event]:
    """Reads the plain gateway's events: {"events": [{"id", "kind", ...}]}."""
    events: list[Event] = []
    for row in _rows(body, "events"):
        key = str(row.get("id", ""))[:160]
        if not key:
            continue
        if row.get("kind") == "reply":
            events.append(
                Reply(
                    event_id=key,
                    sender=str(row.get("from", "")),
                    text=str(row.get("text", "")),
                    at=_instant(str(row.get("at", ""))),
                )
            )
        else:
            events.append(
                Receipt(
                    event_id=key,
                    arrived={"delivered": True, "failed": False}.get(str(row.get("status"))),
                    said=str(row.get("reason") or row.get("status") or ""),
                    reference=str(row.get("reference", "")),
                    provider_ref=str(row.get("message", "")),
                    address_is_bad=bool(row.get("bad_address")),
                )
            )
    return events


def read_mail(body: bytes, query: Mapping[str, str], settings: Settings) -> list[Event]:
    """Reads what a provider of e-mail reports; who unsubscribes there has written so to us."""
    return [
        Reply(event_id=told.event_id, sender=told.recipient, text="unsubscribe")
        if told.wants_no_more
        else Receipt(
            event_id=told.event_id,
            arrived=told.arrived,
            said=told.said,
            reference=told.reference,
            provider_ref=told.provider_ref,
            address_is_bad=told.address_is_bad,
        )
        for told in read_mail_events(str(settings.get("provider", "")), body)
    ]


#: Adapter -> its reader of (body, query of the address, settings of the account).
READERS: Final[Mapping[str, Callable[[bytes, Mapping[str, str], Settings], list[Event]]]] = {
    "twilio": read_twilio,
    "aliyun": read_aliyun,
    "gateway": read_gateway,
    "mail": read_mail,
}


def _rows(body: bytes, inside: str = "") -> list[dict[str, Any]]:
    try:
        told = json.loads(body)
    except ValueError:
        return []
    if inside:
        told = told.get(inside) if isinstance(told, dict) else None
    rows = told if isinstance(told, list) else [told]
    return [row for row in rows if isinstance(row, dict)]


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _beijing(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_BEIJING)
    except ValueError:
        return None


def _international(number: str) -> str:
    return number if number.startswith("+") else f"+86{number.removeprefix('86')}"

"""SMS over the HTTP API that Twilio made and others follow (Messages resource, 2010-04-01)."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import urlencode

from notifications.channels.adapters import (
    Absent,
    Accepted,
    CannotTell,
    Found,
    LookupResult,
    Outgoing,
    Probed,
    Refused,
    SendResult,
    Unknown,
)
from notifications.channels.flow import Lookup
from notifications.channels.http import Answer, NeverArrived, call, seconds_to_wait

_HOST: Final = "https://api.twilio.com"
#: The recipient can never be reached there: not a number, not a mobile, unsubscribed.
_BAD_NUMBER: Final = frozenset({21211, 21214, 21217, 21614, 30006})
_FOUND_STATES: Final = frozenset(
    {"accepted", "queued", "scheduled", "sending", "sent", "delivered", "receiving", "received"}
)


class TwilioSms:
    """One account. Its list can be asked by recipient and day; it does not deduplicate."""

    code = "twilio"
    lookup = Lookup.RECIPIENT_DATE
    deduplicates = False
    find_delay: float = 60

    def __init__(self, settings: Mapping[str, Any], secret: str, channel: str) -> None:
        self.channel = channel
        self._account = str(settings["account_sid"])
        self._sender = {
            name: str(settings[key])
            for name, key in (("From", "sender"), ("MessagingServiceSid", "service_sid"))
            if settings.get(key)
        }
        self._receipts = str(settings.get("receipts_url", ""))
        self._base = str(settings.get("host", _HOST)).rstrip("/")
        self.find_delay = int(settings.get("find_delay", self.find_delay))
        user = str(settings.get("api_key") or self._account)
        token = base64.b64encode(f"{user}:{secret}".encode()).decode()
        self._headers = {"Authorization": f"Basic {token}", "Accept": "application/json"}

    def send(self, outgoing: Outgoing) -> SendResult:
        form = {"To": outgoing.recipient, "Body": outgoing.body, **self._sender}
        if self._receipts:
            form["StatusCallback"] = f"{self._receipts}?reference={outgoing.reference}"
        result = call(
            method="POST",
            url=self._url(),
            headers={
                **self._headers,
                "Content-Type": "application/x-www-form-urlencoded",
                "Idempotency-Key": outgoing.reference,
            },
            body=urlencode(form).encode(),
        )
        if isinstance(result, NeverArrived):
            return Refused(result.reason, may_retry=True)
        if not isinstance(result, Answer):
            return Unknown(result.reason)
        return _read(result)

    def find(self, outgoing: Outgoing) -> LookupResult:
        """Lists what went to the recipient since the first try and looks for this very text."""
        since = outgoing.first_tried_at or datetime.now(UTC)
        found: list[dict[str, Any]] = []
        for day in _days(since):
            query = urlencode({"To": outgoing.recipient, "DateSent": day, "PageSize": "100"})
            result = call(method="GET", url=f"{self._url()}?{query}", headers=self._headers)
            if not isinstance(result, Answer) or result.status != 200:
                return CannotTell("no_answer")
            listed = _json(result)
            if listed is None or not isinstance(listed.get("messages"), list):
                return CannotTell("no_sense")
            found += listed["messages"]
        return _match(found, outgoing, since)

    def probe(self) -> Probed:
        """Reads the account itself, which only its own token may."""
        url = f"{self._base}/2010-04-01/Accounts/{self._account}.json"
        result = call(method="GET", url=url, headers=self._headers)
        if not isinstance(result, Answer):
            return Probed(is_known=False, said=result.reason)
        status = str((_json(result) or {}).get("status", ""))
        return Probed(result.status == 200 and status == "active", status or str(result.status))

    def _url(self) -> str:
        return f"{self._base}/2010-04-01/Accounts/{self._account}/Messages.json"


def _read(answer: Answer) -> SendResult:
    body = _json(answer)
    if answer.status == 429:
        return Refused("429", may_retry=True, retry_after=seconds_to_wait(answer.headers))
    if 200 <= answer.status < 300:
        if body is None or not body.get("sid"):
            return Unknown("no_sense")
        return Accepted(str(body["sid"]), parts=_number(body.get("num_segments")), cost=_cost(body))
    if answer.status >= 500:
        return Unknown(str(answer.status))
    code = _number((body or {}).get("code")) or answer.status
    return Refused(str(code), may_retry=False, address_is_bad=code in _BAD_NUMBER)


def _match(found: list[dict[str, Any]], outgoing: Outgoing, since: datetime) -> LookupResult:
    earliest = since - timedelta(minutes=5)
    for row in found:
        if (
            str(row.get("body", "")).strip() == outgoing.body.strip()
            and str(row.get("to", "")) == outgoing.recipient
            and str(row.get("status", "")) in _FOUND_STATES
            and _created(row) >= earliest
        ):
            return Found(str(row.get("sid", "")))
    return Absent()


def _created(row: Mapping[str, Any]) -> datetime:
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(str(row["date_created"]))
    except (KeyError, TypeError, ValueError):
        return datetime.now(UTC)


def _days(since: datetime) -> list[str]:
    first, last = since.astimezone(UTC).date(), datetime.now(UTC).date()
    return [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]


def _json(answer: Answer) -> dict[str, Any] | None:
    try:
        body = json.loads(answer.body)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _number(value: object) -> int | None:
    try:
        return int(str(value))
    except ValueError:
        return None


def _cost(body: Mapping[str, Any]) -> Decimal | None:
    try:
        return abs(Decimal(str(body["price"])))
    except (KeyError, InvalidOperation):
        return None

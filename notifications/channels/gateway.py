"""SMS over a plain JSON gateway, such as a lender's own: what it can do is said in the settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from notifications.channels.adapters import (
    Absent,
    Accepted,
    CannotTell,
    Found,
    LookupResult,
    Outgoing,
    Refused,
    SendResult,
    Unknown,
)
from notifications.channels.flow import Lookup
from notifications.channels.http import Answer, NeverArrived, call, seconds_to_wait


class Gateway:
    """`POST {url}/messages` takes a message; `GET {url}/messages/<reference>` or a list by
    recipient and day says whether it did. `lookup` and `deduplicates` are stated by the account.
    """

    code = "gateway"

    def __init__(self, settings: Mapping[str, Any], secret: str, channel: str) -> None:
        self.channel = channel
        self.lookup = Lookup(settings.get("lookup", Lookup.NONE))
        self.deduplicates = bool(settings.get("deduplicates", False))
        self.find_delay: float = int(settings.get("find_delay", 60))
        self._base = str(settings["url"]).rstrip("/")
        self._headers = {
            "Authorization": f"Bearer {secret}",
            "Content-Type": "application/json",
            "Accept": "application/json",
        }

    def send(self, outgoing: Outgoing) -> SendResult:
        body = {
            "reference": outgoing.reference,
            "to": outgoing.recipient,
            "subject": outgoing.subject,
            "text": outgoing.body,
        }
        headers = {**self._headers, "Idempotency-Key": outgoing.reference}
        result = call(
            method="POST",
            url=f"{self._base}/messages",
            headers=headers,
            body=json.dumps(body, ensure_ascii=False).encode(),
        )
        if isinstance(result, NeverArrived):
            return Refused(result.reason, may_retry=True)
        return _read(result) if isinstance(result, Answer) else Unknown(result.reason)

    def find(self, outgoing: Outgoing) -> LookupResult:
        """Asks by reference, or looks for this text among what went to the recipient."""
        if self.lookup is Lookup.REFERENCE:
            return self._by_reference(outgoing)
        if self.lookup is Lookup.RECIPIENT_DATE:
            return self._by_recipient(outgoing)
        return CannotTell("lookup_none")

    def _by_reference(self, outgoing: Outgoing) -> LookupResult:
        result = call(
            method="GET",
            url=f"{self._base}/messages/{quote(outgoing.reference)}",
            headers=self._headers,
        )
        if isinstance(result, Answer) and result.status == 404:
            return Absent()
        body = _json(result) if isinstance(result, Answer) and result.status == 200 else None
        if body is None or not body.get("id"):
            return CannotTell("no_answer")
        return Found(str(body["id"]))

    def _by_recipient(self, outgoing: Outgoing) -> LookupResult:
        since = (outgoing.first_tried_at or datetime.now(UTC)).astimezone(UTC)
        day, last = since.date(), datetime.now(UTC).date()
        while day <= last:
            query = urlencode({"to": outgoing.recipient, "day": day.isoformat()})
            result = call(method="GET", url=f"{self._base}/messages?{query}", headers=self._headers)
            body = _json(result) if isinstance(result, Answer) and result.status == 200 else None
            if body is None or not isinstance(body.get("messages"), list):
                return CannotTell("no_answer")
            for row in body["messages"]:
                if row.get("text") == outgoing.body:
                    return Found(str(row.get("id", "")))
            day += timedelta(days=1)
        return Absent()


def _read(answer: Answer) -> SendResult:
    if answer.status == 429:
        return Refused("429", may_retry=True, retry_after=seconds_to_wait(answer.headers))
    if answer.status == 503 and "retry-after" in answer.headers:
        return Refused("503", may_retry=True, retry_after=seconds_to_wait(answer.headers))
    body = _json(answer)
    if 200 <= answer.status < 300 and body is not None and body.get("id"):
        return Accepted(str(body["id"]))
    if answer.status >= 500 or 200 <= answer.status < 300:
        return Unknown(str(answer.status))
    return Refused(
        str((body or {}).get("error") or answer.status),
        may_retry=False,
        address_is_bad=bool((body or {}).get("bad_address")),
    )


def _json(answer: Answer) -> dict[str, Any] | None:
    try:
        body = json.loads(answer.body)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None

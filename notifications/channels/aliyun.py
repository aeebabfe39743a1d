"""SMS over the HTTP API of Alibaba Cloud (Dysmsapi 2017-05-25) and of those who follow it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote
from uuid import uuid4
from zoneinfo import ZoneInfo

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
from notifications.channels.http import Answer, CallResult, NeverArrived, call, seconds_to_wait

_HOST: Final = "https://dysmsapi.aliyuncs.com"
_VERSION: Final = "2017-05-25"
#: The provider's days are those of Beijing.
_ZONE: Final = ZoneInfo("Asia/Shanghai")
_BAD_NUMBER: Final = frozenset({"isv.MOBILE_NUMBER_ILLEGAL", "isv.MOBILE_COUNT_OVER_LIMIT"})
#: Limits of theirs and faults that pass; nothing was taken.
_PASSING: Final = frozenset(
    {"isv.BUSINESS_LIMIT_CONTROL", "Throttling", "Throttling.User", "ServiceUnavailable"}
)


class AliyunSms:
    """One account. The text is the provider's own template; OutId carries our reference.

    Its records can be asked by number and day, and each shows its OutId.
    """

    code = "aliyun"
    lookup = Lookup.RECIPIENT_DATE
    deduplicates = False
    find_delay: float = 60

    def __init__(self, settings: Mapping[str, Any], secret: str, channel: str) -> None:
        self.channel = channel
        self._key_id = str(settings["access_key_id"])
        self._region = str(settings.get("region", "cn-hangzhou"))
        self._secret = secret
        self._base = str(settings.get("host", _HOST)).rstrip("/")
        self.find_delay = int(settings.get("find_delay", self.find_delay))

    def send(self, outgoing: Outgoing) -> SendResult:
        result = self._call(
            "SendSms",
            PhoneNumbers=_national(outgoing.recipient),
            SignName=outgoing.signature,
            TemplateCode=outgoing.template_code,
            TemplateParam=json.dumps(dict(outgoing.template_fields), ensure_ascii=False),
            OutId=outgoing.reference,
        )
        if isinstance(result, NeverArrived):
            return Refused(result.reason, may_retry=True)
        if not isinstance(result, Answer):
            return Unknown(result.reason)
        return _read(result)

    def find(self, outgoing: Outgoing) -> LookupResult:
        """Asks for what went to the number on the days since the first try, page by page."""
        since = outgoing.first_tried_at or datetime.now(UTC)
        for day in _days(since):
            for page in range(1, 11):
                rows = self._records(outgoing, day, page)
                if rows is None:
                    return CannotTell("no_answer")
                for row in rows:
                    if row.get("OutId") == outgoing.reference:
                        return Found(str(row.get("BizId") or outgoing.reference))
                if len(rows) < 50:
                    break
        return Absent()

    def probe(self) -> Probed:
        """Reads the first of the account's registered wordings, which needs its signature."""
        result = self._call("QuerySmsTemplateList", PageIndex="1", PageSize="1")
        if not isinstance(result, Answer):
            return Probed(is_known=False, said=result.reason)
        code = str((_json(result) or {}).get("Code", "")) or str(result.status)
        return Probed(result.status == 200 and code == "OK", code)

    def _records(self, outgoing: Outgoing, day: str, page: int) -> list[dict[str, Any]] | None:
        result = self._call(
            "QuerySendDetails",
            PhoneNumber=_national(outgoing.recipient),
            SendDate=day,
            PageSize="50",
            CurrentPage=str(page),
        )
        body = _json(result) if isinstance(result, Answer) and result.status == 200 else None
        if body is None or body.get("Code") != "OK":
            return None
        listed = body.get("SmsSendDetailDTOs", {})
        rows = listed.get("SmsSendDetailDTO", []) if isinstance(listed, dict) else None
        return rows if isinstance(rows, list) else None

    def _call(self, action: str, **parameters: str) -> CallResult:
        signed = sign(
            {
                "AccessKeyId": self._key_id,
                "Action": action,
                "Format": "JSON",
                "RegionId": self._region,
                "SignatureMethod": "HMAC-SHA1",
                "SignatureNonce": uuid4().hex,
                "SignatureVersion": "1.0",
                "Timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "Version": _VERSION,
                **parameters,
            },
            secret=self._secret,
            verb="POST",
        )
        return call(
            method="POST",
            url=f"{self._base}/",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            body=_query(signed).encode(),
        )


def sign(parameters: Mapping[str, str], *, secret: str, verb: str) -> dict[str, str]:
    """Returns the parameters with their signature (Alibaba Cloud RPC signature, version 1.0)."""
    text = f"{verb}&{_escaped('/')}&{_escaped(_query(parameters))}"
    digest = hmac.new(f"{secret}&".encode(), text.encode(), hashlib.sha1).digest()
    return {**parameters, "Signature": base64.b64encode(digest).decode()}


def _query(parameters: Mapping[str, str]) -> str:
    return "&".join(
        f"{_escaped(name)}={_escaped(value)}" for name, value in sorted(parameters.items())
    )


def _escaped(text: str) -> str:
    return quote(text, safe="~")


def _read(answer: Answer) -> SendResult:
    body = _json(answer)
    if answer.status == 429:
        return Refused("429", may_retry=True, retry_after=seconds_to_wait(answer.headers))
    code = str((body or {}).get("Code", ""))
    if 200 <= answer.status < 300 and code == "OK" and body and body.get("BizId"):
        return Accepted(str(body["BizId"]))
    if not code or answer.status >= 500:
        return Unknown(code or str(answer.status))
    if code in _PASSING:
        return Refused(code, may_retry=True)
    return Refused(code, may_retry=False, address_is_bad=code in _BAD_NUMBER)


def _national(number: str) -> str:
    """Chinese numbers without +86; others as 00 and the country, as the provider wants them."""
    return number[3:] if number.startswith("+86") else f"00{number.lstrip('+')}"


def _days(since: datetime) -> list[str]:
    first, last = since.astimezone(_ZONE).date(), datetime.now(_ZONE).date()
    return [(first + timedelta(days=n)).strftime("%Y%m%d") for n in range((last - first).days + 1)]


def _json(answer: Answer) -> dict[str, Any] | None:
    try:
        body = json.loads(answer.body)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None

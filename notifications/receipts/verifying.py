"""Whether a call of a webhook comes from the account's provider, by the way of its adapter."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import parse_qs

from django.http import HttpRequest

from core import clock
from notifications.channels.mail import SMTP
from notifications.channels.models import ChannelAccount
from notifications.channels.secrets import webhook_secrets
from notifications.receipts.signatures import timed_signed, twilio_signed

#: The name that stands before the secret where a provider signs in with both.
USER: Final = "makegood"


def is_from_provider(*, account: ChannelAccount, request: HttpRequest) -> bool:
    """Whether one of the account's secrets signed the request; two are valid while one is renewed.

    False for adapters that nobody calls back for.
    """
    check = _CHECKS.get(account.adapter)
    secrets = webhook_secrets(account)
    return check is not None and bool(secrets) and check(account, request, secrets)


def is_mail_from(*, account: ChannelAccount, request: HttpRequest, body: bytes) -> bool:
    """Whether e-mail is handed on by the account's provider, or signed by the lender's own server.

    A provider of e-mail signs in; one's own server signs each message with its time.
    """
    secrets = webhook_secrets(account)
    if account.adapter != "mail" or not secrets:
        return False
    if account.settings.get("provider", SMTP) != SMTP:
        return _signed_in(account, request, secrets)
    return _signed_now(request, body, secrets)


def _twilio(account: ChannelAccount, request: HttpRequest, secrets: tuple[str, ...]) -> bool:
    form = parse_qs(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    return twilio_signed(
        url=_public_url(account, request),
        form=form,
        signature=request.headers.get("X-Twilio-Signature", ""),
        secrets=secrets,
    )


def _public_url(account: ChannelAccount, request: HttpRequest) -> str:
    """The address as the provider knows it: what it was told, else what we see ourselves."""
    told = str(account.settings.get("receipts_url", ""))
    if not told:
        return request.build_absolute_uri()
    query = request.META.get("QUERY_STRING", "")
    return f"{told}?{query}" if query else told


def _timed(account: ChannelAccount, request: HttpRequest, secrets: tuple[str, ...]) -> bool:
    return _signed_now(request, request.body, secrets)


def _signed_now(request: HttpRequest, body: bytes, secrets: tuple[str, ...]) -> bool:
    return timed_signed(
        timestamp=request.headers.get("X-Makegood-Timestamp", ""),
        body=body,
        signature=request.headers.get("X-Makegood-Signature", ""),
        secrets=secrets,
        now=clock.now(),
    )


def _signed_in(account: ChannelAccount, request: HttpRequest, secrets: tuple[str, ...]) -> bool:
    """Name and secret in the address, as providers of e-mail offer; events are met by their id."""
    kind, _space, told = request.headers.get("Authorization", "").partition(" ")
    try:
        given = base64.b64decode(told, validate=True)
    except (binascii.Error, ValueError):
        return False
    return kind.lower() == "basic" and any(
        hmac.compare_digest(given, f"{USER}:{secret}".encode()) for secret in secrets
    )


_CHECKS: Final[Mapping[str, Callable[[ChannelAccount, HttpRequest, tuple[str, ...]], bool]]] = {
    "twilio": _twilio,
    "aliyun": _timed,
    "gateway": _timed,
    "mail": _signed_in,
}

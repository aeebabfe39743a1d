"""Is this really the provider, and is it now? Signatures of webhooks, two secrets at a time."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit, urlunsplit

#: Older or newer than this is a replay, or a clock to look at.
TOLERANCE: Final = timedelta(seconds=300)
#: A receipt is small.
MOST_BYTES: Final = 256 * 1024
#: An e-mail comes with its attachments, and one that says STOP is not lost for its pictures.
MOST_MAIL_BYTES: Final = 30 * 1024 * 1024

_PORTS: Final = {"https": "443", "http": "80"}


def twilio_signed(
    *, url: str, form: Mapping[str, Iterable[str]], signature: str, secrets: Iterable[str]
) -> bool:
    """Whether a form came from Twilio: HMAC-SHA1 over address and sorted parameters.

    The provider signs the address with or without its port, so both are tried. It sends no time;
    replays are met by the event's own id.
    """
    parameters = "".join(
        f"{name}{value}" for name in sorted(form) for value in sorted(set(form[name]))
    )
    return any(
        _same(_hmac_sha1(secret, f"{address}{parameters}"), signature)
        for secret in secrets
        if secret
        for address in _addresses(url)
    )


def timed_signed(
    *, timestamp: str, body: bytes, signature: str, secrets: Iterable[str], now: datetime
) -> bool:
    """Whether a body was signed now: HMAC-SHA256, hexadecimal, over `timestamp.body`.

    `timestamp` is in seconds of Unix time and may lie 300 seconds off.
    """
    try:
        at = datetime.fromtimestamp(int(timestamp), UTC)
    except (ValueError, OverflowError, OSError):
        return False
    if abs(now - at) > TOLERANCE:
        return False
    return any(
        hmac.compare_digest(
            timed_signature(timestamp=timestamp, body=body, secret=secret), signature.lower()
        )
        for secret in secrets
        if secret
    )


def timed_signature(*, timestamp: str, body: bytes, secret: str) -> str:
    """Returns what signs a body with its time: HMAC-SHA256, hexadecimal, over `timestamp.body`."""
    text = timestamp.encode() + b"." + body
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def _hmac_sha1(secret: str, text: str) -> str:
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def _same(mine: str, theirs: str) -> bool:
    return hmac.compare_digest(mine.encode(), theirs.encode())


def _addresses(url: str) -> tuple[str, str]:
    """The address with its port and without."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or _PORTS.get(parts.scheme, "443")
    return (
        urlunsplit(parts._replace(netloc=f"{host}:{port}")),
        urlunsplit(parts._replace(netloc=host)),
    )

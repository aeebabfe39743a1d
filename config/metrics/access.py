"""Who may read the metrics: the bearer of the token, or without one this machine itself."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Mapping
from typing import Any, Final

#: Present, the caller is somebody a proxy on this machine speaks for.
_PROXY_MARKS: Final = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")


def may_read(environ: Mapping[str, Any], *, token: str) -> bool:
    """Tells whether a WSGI request may read the metrics; `token` is METRICS_TOKEN."""
    if token:
        word, _, shown = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
        return word.lower() == "bearer" and hmac.compare_digest(
            shown.strip().encode("latin-1", "replace"), token.encode()
        )
    if any(environ.get(mark) for mark in _PROXY_MARKS):
        return False
    try:
        return ipaddress.ip_address(str(environ.get("REMOTE_ADDR", ""))).is_loopback
    except ValueError:  # a Unix socket has no address
        return False

"""Calling a provider over HTTP so that every way it can go wrong has one of three names."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from notifications.channels.deadline import is_too_late

#: Seconds, far below the lease of a message.
TOTAL_SECONDS: Final[float] = settings.OUTBOX_CALL_SECONDS
CONNECT_SECONDS: Final[float] = min(3.0, TOTAL_SECONDS)
#: A provider's answer is small; more than this is not read.
_MOST_BYTES: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status."""

    status: int
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NeverArrived:
    """No connection was made: certainly nothing was taken."""

    reason: str


@dataclass(frozen=True, slots=True)
class BrokeOff:
    """Bytes had left when it broke: nobody can tell."""

    reason: str


CallResult = Answer | NeverArrived | BrokeOff


def call(
    *, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
) -> CallResult:
    """Makes one call within hard time-outs: 3 s to connect, 10 s in all; follows no redirect.

    The total holds against a server that drips its answer byte by byte as well. Nothing leaves
    once it is too late to begin (`channels.deadline`).
    """
    until = time.monotonic() + TOTAL_SECONDS
    target = urlsplit(url)
    try:
        connection = _connect(target.scheme, target.hostname or "", target.port)
    except (OSError, ssl.SSLError) as error:
        return NeverArrived(type(error).__name__)
    if is_too_late():
        connection.close()
        return NeverArrived("too_late")
    try:
        path = target.path or "/"
        connection.request(
            method, f"{path}?{target.query}" if target.query else path, body, dict(headers)
        )
        _leave_only(connection, until)
        response = connection.getresponse()
        return Answer(response.status, _read(connection, response, until), _lowered(response))
    except (OSError, ssl.SSLError, http.client.HTTPException) as error:
        return BrokeOff(type(error).__name__)
    finally:
        connection.close()


def _connect(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
    connection = kind(host, port, timeout=CONNECT_SECONDS)
    connection.connect()
    return connection


def _read(
    connection: http.client.HTTPConnection, response: http.client.HTTPResponse, until: float
) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while size < _MOST_BYTES:
        _leave_only(connection, until)
        chunk = response.read1(16 * 1024)
        if not chunk:
            break
        chunks.append(chunk)
        size += len(chunk)
    return b"".join(chunks)


def _leave_only(connection: http.client.HTTPConnection, until: float) -> None:
    """Lets the next wait last no longer than what is left of the whole."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("total")
    sock: socket.socket | None = connection.sock
    if sock is not None:
        sock.settimeout(left)


def _lowered(response: http.client.HTTPResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.getheaders()}


def seconds_to_wait(headers: Mapping[str, str]) -> float | None:
    """Returns the seconds of a Retry-After header, bounded to an hour; None where it has none."""
    try:
        return min(3_600, max(1, int(headers["retry-after"])))
    except (KeyError, ValueError):
        return None

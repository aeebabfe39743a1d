"""Combinations of settings that would be dangerous are refused before anything starts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]", ".localhost", "testserver"})


def refuse_short_lease(*, lease: int, turn: int, call: int) -> None:
    """Raises ImproperlyConfigured where messages would be taken from workers that still send."""
    if lease < turn + 2 * call:
        raise ImproperlyConfigured(
            "OUTBOX_LEASE_SECONDS must be at least OUTBOX_TURN_SECONDS and twice"
            f" OUTBOX_CALL_SECONDS, which is {turn + 2 * call}."
        )


def refuse_unsafe(
    *,
    debug: bool,
    secure_transport: bool,
    allowed_hosts: Sequence[str],
    embedded_services: bool,
    fail_at: str,
    database: dict[str, Any],
    var: Path,
) -> None:
    """Raises ImproperlyConfigured, saying what to change, when settings contradict each other."""
    real_hosts = sorted(set(allowed_hosts) - _LOOPBACK)
    if debug and real_hosts:
        raise ImproperlyConfigured(
            f"DEBUG shows source and settings to visitors of {', '.join(real_hosts)}."
            " Set DEBUG=False or leave only loopback names in ALLOWED_HOSTS."
        )
    if "*" in allowed_hosts:
        raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts; * would trust any header.")
    if not debug and not secure_transport and real_hosts:
        raise ImproperlyConfigured(
            f"SECURE_TRANSPORT is off, but {', '.join(real_hosts)} would be served without TLS."
            " Set SECURE_TRANSPORT=True behind a proxy that terminates TLS."
        )
    if embedded_services and secure_transport:
        raise ImproperlyConfigured(
            "Embedded services are for bin/demo and bin/test. In production run PostgreSQL and"
            " Redis of your own and set DATABASE_URL and REDIS_URL, without EMBEDDED_SERVICES."
        )
    if fail_at and secure_transport:
        raise ImproperlyConfigured(
            "MAKEGOOD_FAIL_AT makes processes kill themselves. It is for tests; unset it."
        )
    if not embedded_services and str(database.get("HOST", "")).startswith(f"{var}/"):
        raise ImproperlyConfigured(
            f"DATABASE_URL points at the embedded PostgreSQL under {var}. It is for bin/demo and"
            " bin/test only; use a PostgreSQL server of your own."
        )

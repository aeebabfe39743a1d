"""Settings that would be dangerous together are refused, each with what to change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.safety import refuse_short_lease, refuse_unsafe

VAR = Path("/srv/makegood/var")
SERVER: dict[str, Any] = {
    "debug": False,
    "secure_transport": True,
    "allowed_hosts": ["collections.example"],
    "embedded_services": False,
    "fail_at": "",
    "database": {"HOST": "database.internal"},
    "var": VAR,
}
EMBEDDED = {"database": {"HOST": str(VAR / "demo" / "postgres" / "socket")}}


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"debug": True, "secure_transport": False, "allowed_hosts": ["localhost"]},
        {
            "secure_transport": False,
            "allowed_hosts": ["localhost", "127.0.0.1"],
            "embedded_services": True,
            **EMBEDDED,
        },
    ],
    ids=["server", "development", "demonstration"],
)
def test_sound_settings_pass(chosen):
    refuse_unsafe(**SERVER | chosen)


@pytest.mark.parametrize(
    ("chosen", "reason"),
    [
        ({"debug": True}, "DEBUG shows source and settings to visitors of collections.example"),
        ({"allowed_hosts": ["*"]}, "ALLOWED_HOSTS must name the hosts"),
        ({"secure_transport": False}, "would be served without TLS"),
        ({"embedded_services": True}, "Embedded services are for bin/demo and bin/test"),
        (EMBEDDED, "DATABASE_URL points at the embedded PostgreSQL"),
        ({"fail_at": "close.step"}, "MAKEGOOD_FAIL_AT makes processes kill themselves"),
    ],
)
def test_dangerous_settings_are_refused(chosen, reason):
    with pytest.raises(ImproperlyConfigured, match=reason):
        refuse_unsafe(**SERVER | chosen)


def test_a_lease_shorter_than_a_turn_and_its_calls_is_refused():
    refuse_short_lease(lease=55, turn=35, call=10)
    with pytest.raises(ImproperlyConfigured, match="OUTBOX_LEASE_SECONDS must be at least"):
        refuse_short_lease(lease=54, turn=35, call=10)

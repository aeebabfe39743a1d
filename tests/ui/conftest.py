"""A server for the pages that are only looked at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.live_server_helper import LiveServer


@pytest.fixture(scope="session")
def gallery() -> Iterator[str]:
    """The address of a server without a database: a page that queries one fails here."""
    server = LiveServer("localhost")
    yield server.url
    server.stop()

"""Redis as Celery's broker: how long a delivery may take and how a dead peer is noticed."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

# A delivery older than this is delivered again, and the clock is never renewed while a task
# runs. It must be the same everywhere on one broker; the shortest value wins.
VISIBILITY_TIMEOUT_SECONDS = 3600


def broker_url(redis_url: str) -> str:
    """Returns Celery's spelling of a Redis address (a Unix socket is written differently)."""
    if not redis_url.startswith("unix:"):
        return redis_url
    parts = urlsplit(redis_url)
    database = parse_qs(parts.query).get("db", ["0"])[0]
    account = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    return f"redis+socket://{account}{parts.path}?virtual_host={database}"


def transport_options() -> dict[str, Any]:
    return {
        "visibility_timeout": VISIBILITY_TIMEOUT_SECONDS,
        "socket_timeout": 10,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
        "health_check_interval": 25,
        "retry_on_timeout": True,
    }


def cache_options() -> dict[str, Any]:
    """Returns redis-py options for the cache: a page waits a second at most, then does without."""
    return {
        "socket_timeout": 1,
        "socket_connect_timeout": 1,
        "socket_keepalive": True,
        "health_check_interval": 30,
    }

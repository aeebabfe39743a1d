"""The limit on failed attempts while Redis, which counts them exactly, cannot be reached.

The trail knows every failure. Counting there is a little loose when several arrive at the same
moment, but a broken cache must not open the door to guessing.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from django.core.cache import cache

from accounts.users.queries import UNKNOWN_ACCOUNT
from core.audit import AuditEntry
from core.clock import now

FAILED: Final = "signin.failed"

# The same as ACCOUNT_RATE_LIMITS["login_failed"].
_WINDOW: Final = timedelta(minutes=15)
_MOST_PER_ACCOUNT: Final = 5
_MOST_PER_ADDRESS: Final = 10


def cache_counts() -> bool:
    """Tells whether the cache keeps what it is given, as it does not while Redis is away."""
    key, value = f"signin-probe-{secrets.token_hex(8)}", secrets.token_hex(8)
    cache.set(key, value, timeout=10)
    return bool(cache.get(key) == value)


def failed_too_often(*, user_id: str, browser: str, ip: str) -> bool:
    """Tells whether one more attempt would pass a limit, going by the trail.

    Arguments: `user_id` of the account tried, or `UNKNOWN_ACCOUNT`; `browser` as known to that
    account; `ip` the network address.
    """
    recent = AuditEntry.objects.filter(action=FAILED, at__gte=now() - _WINDOW)
    if recent.filter(data__ip=ip).count() >= _MOST_PER_ADDRESS:
        return True
    own = recent.filter(object_id=user_id, data__browser=browser)
    return user_id != UNKNOWN_ACCOUNT and own.count() >= _MOST_PER_ACCOUNT

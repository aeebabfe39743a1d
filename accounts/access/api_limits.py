"""How often one token may call: counted per minute in the cache, reads and writes apart.

A limit keeps one caller from slowing the others; nothing depends on it, so that it lets calls
through while Redis is away.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

WINDOW_SECONDS: Final = 60
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a window, as the headers of an answer say it."""

    limit: int
    remaining: int
    resets_in: int

    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.resets_in),
        }


class CallerThrottle(BaseThrottle):
    """One count for each token; for people by their account, for strangers by their address."""

    allowance: Allowance | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        """Counts the call and notes on the request what is left."""
        kind = "read" if request.method in _SAFE else "write"
        limit = settings.API_LIMITS[kind]
        now = time.time()
        window = int(now // WINDOW_SECONDS)
        key = f"api:{kind}:{self._caller(request)}:{window}"
        cache.add(key, 0, timeout=2 * WINDOW_SECONDS)
        try:
            calls = cache.incr(key)
        except ValueError:  # the cache lost the key between the two lines
            calls = 1
        resets_in = math.ceil((window + 1) * WINDOW_SECONDS - now)
        self.allowance = Allowance(limit, max(0, limit - calls), max(1, resets_in))
        request.allowance = self.allowance  # type: ignore[attr-defined]
        return bool(calls <= limit)

    def wait(self) -> int | None:
        return self.allowance.resets_in if self.allowance else None

    def _caller(self, request: Request) -> str:
        if request.auth is not None:
            return f"token:{request.auth.pk}"
        if request.user and request.user.is_authenticated:
            return f"user:{request.user.pk}"
        return f"address:{self.get_ident(request)}"

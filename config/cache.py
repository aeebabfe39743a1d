"""A cache that is never a reason for a failed page: without Redis every lookup is a miss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


class ForgivingRedisCache(RedisCache):
    """Redis, answered as empty while it cannot be reached.

    Nothing may rely on the cache for correctness: locks, counters and limits that must hold
    live in PostgreSQL.
    """

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return bool(_or_else(super().add, True, *args, **kwargs))

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        return _or_else(super().get, default, key, default=default, version=version)

    def set(self, *args: Any, **kwargs: Any) -> None:
        _or_else(super().set, None, *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        return bool(_or_else(super().touch, False, *args, **kwargs))

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return bool(_or_else(super().delete, False, *args, **kwargs))

    def get_many(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        found: dict[Any, Any] = _or_else(super().get_many, {}, *args, **kwargs)
        return found

    def set_many(self, *args: Any, **kwargs: Any) -> list[Any]:
        failed: list[Any] = _or_else(super().set_many, [], *args, **kwargs)
        return failed

    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        _or_else(super().delete_many, None, *args, **kwargs)

    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        return bool(_or_else(super().has_key, False, *args, **kwargs))

    def incr(self, key: Any, delta: int = 1, version: Any = None) -> Any:
        return _or_else(super().incr, delta, key, delta=delta, version=version)


def _or_else(call: Callable[..., Any], otherwise: Any, *args: Any, **kwargs: Any) -> Any:
    try:
        return call(*args, **kwargs)
    except RedisError as error:
        log.warning("cache_unreachable", error=type(error).__name__)
        return otherwise

"""`/healthz`: this process answers. `/readyz`: it can also do its work."""

from __future__ import annotations

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from accounts.access.decorators import public
from config.broker import cache_options


@public
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answers as long as the process lives; asks nothing of the database or Redis."""
    return JsonResponse({"status": "ok"})


@public
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answers 200 when the database answers and is migrated, else 503.

    Redis is reported but does not make the site unready: pages work without it, and what is
    due waits in the database.
    """
    checks = {"database": _database(), "broker": _broker()}
    ready = checks["database"] == "ok"
    return JsonResponse(
        {"status": "ok" if ready else "unavailable", "checks": checks},
        status=200 if ready else 503,
    )


def _database() -> str:
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "unreachable"
    return "not migrated" if pending else "ok"


def _broker() -> str:
    try:
        redis.Redis.from_url(settings.REDIS_URL, **cache_options()).ping()
    except redis.RedisError:
        return "unreachable"
    return "ok"

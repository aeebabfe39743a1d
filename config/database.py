"""Connection settings: time limits that protect the site, and what a pooler needs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection

from config.environment import Environment


def databases(env: Environment) -> dict[str, dict[str, Any]]:
    """Returns DATABASES: `default` for the application, `owner` where migrations run.

    Only the process that migrates is given DATABASE_OWNER_URL; web, worker and beat cannot
    change the structure of the database.
    """
    configured = {"default": env.database("DATABASE_URL") | _connection_settings(env)}
    configured["default"]["OPTIONS"] |= _options(env)
    if env.is_set("DATABASE_OWNER_URL"):
        configured["owner"] = env.database("DATABASE_OWNER_URL")
        configured["owner"]["TEST"] = {"MIRROR": "default"}
    return configured


def _connection_settings(env: Environment) -> dict[str, Any]:
    pooled = env.flag("DATABASE_POOLED", default=False)
    return {
        # PgBouncer in transaction mode keeps connections itself and has no server-side cursors.
        "CONN_MAX_AGE": 0 if pooled else env.number("DATABASE_CONN_MAX_AGE", default=60),
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": pooled,
    }


def _options(env: Environment) -> dict[str, Any]:
    """Returns psycopg2 options: limits in milliseconds (0 means none) and dead-peer detection."""
    limits = {
        "statement_timeout": env.number("DATABASE_STATEMENT_TIMEOUT_MS", default=0),
        "lock_timeout": env.number("DATABASE_LOCK_TIMEOUT_MS", default=0),
        "idle_in_transaction_session_timeout": env.number("DATABASE_IDLE_TIMEOUT_MS", default=0),
    }
    options: dict[str, Any] = {
        "connect_timeout": 5,
        "keepalives_idle": 30,
        "application_name": env.text("PROCESS_NAME", default="makegood"),
    }
    if any(limits.values()) and not env.flag("DATABASE_POOLED", default=False):
        options["options"] = " ".join(f"-c {name}={value}" for name, value in limits.items())
    return options


def limit_statements(limit: timedelta) -> None:
    """Ends every statement of this transaction that takes longer; needs a transaction."""
    milliseconds = str(round(limit.total_seconds() * 1_000))
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [milliseconds])

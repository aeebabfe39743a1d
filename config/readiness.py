"""What `/readyz` asks of each part, each answer bounded in time and a word without secrets."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

import redis
from django.conf import settings
from django.db import Error as AnyDatabaseError
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from config.broker import cache_options
from config.database import limit_statements
from config.operations.health import ALIVE_WITHIN
from core import clock
from core.encryption.keyring import DecryptionFailed, MasterKeyMissing
from core.encryption.models import DataKey
from core.encryption.sealing import plain_key_of
from core.jobs import Heartbeat, seen_within
from notifications.oversight.health import STUCK_AFTER, oldest_due_at, oldest_lease_until

OK: Final = "ok"
#: Without these no page works: the balancer must send visitors elsewhere.
NEEDED: Final = frozenset({"database", "keys"})
STATEMENT_LIMIT: Final = timedelta(seconds=2)
_DISK_PATIENCE_SECONDS: Final = 1.0

# A share that hangs keeps its thread; the next question finds it busy and says so at once.
_disk_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="disk-check")


@dataclass(frozen=True, slots=True)
class Readiness:
    """The answer of every part by name, each `ok` or what is wrong."""

    checks: dict[str, str]

    @property
    def is_ready(self) -> bool:
        """Whether visitors may be sent here."""
        return all(self.checks[name] == OK for name in NEEDED)

    @property
    def status(self) -> str:
        """`ok`, `degraded` (pages work, something waits) or `unavailable`."""
        if not self.is_ready:
            return "unavailable"
        return OK if set(self.checks.values()) == {OK} else "degraded"


def examine() -> Readiness:
    """Asks every part once. Takes a few milliseconds, some seconds where parts do not answer."""
    database = _in_database()
    return Readiness({**database, "broker": _broker(), "files": _files()})


def _in_database() -> dict[str, str]:
    """The parts that are read from the database; all unknown when it does not answer."""
    try:
        with transaction.atomic():
            limit_statements(STATEMENT_LIMIT)
            state = _migrations()
            if state != OK:
                return {"database": state} | dict.fromkeys(
                    ("keys", "worker", "scheduler", "outbox"), "unknown"
                )
            return {
                "database": OK,
                "keys": _keys(),
                "worker": _alive(Heartbeat.Kind.WORKER),
                "scheduler": _alive(Heartbeat.Kind.SCHEDULER),
                "outbox": _outbox(),
            }
    except AnyDatabaseError:
        return {"database": "unreachable"} | dict.fromkeys(
            ("keys", "worker", "scheduler", "outbox"), "unknown"
        )


@lru_cache(maxsize=1)
def _expected_migrations() -> frozenset[tuple[str, str]]:
    """Every migration of this version of the program; read from the files once a process."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.nodes)


def _migrations() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations')")
        if cursor.fetchone()[0] is None:
            return "not migrated"
        cursor.execute("SELECT app, name FROM django_migrations")
        return "not migrated" if _expected_migrations() - set(cursor.fetchall()) else OK


def _keys() -> str:
    """Opens the newest data key and one wrapped by the oldest master key still in use."""
    living = DataKey.objects.filter(destroyed_at__isnull=True)
    probes = (living.order_by("-pk").first(), living.order_by("key_version", "pk").first())
    try:
        for key in filter(None, probes):
            plain_key_of(key)
    except MasterKeyMissing:
        return "a master key is missing"
    except DecryptionFailed:
        return "do not open what is stored"
    return OK


def _alive(kind: str) -> str:
    if seen_within(kind=kind, age=ALIVE_WITHIN):
        return OK
    return "not seen" if Heartbeat.objects.filter(kind=kind).exists() else "never seen"


def _outbox() -> str:
    """Whether what is due leaves, and whether workers give back what they took."""
    now = clock.now()
    due, lease = oldest_due_at(now), oldest_lease_until(now)
    if lease is not None and now - lease > STUCK_AFTER:
        return "a lease is over"
    return "late" if due is not None and now - due > STUCK_AFTER else OK


def _broker() -> str:
    try:
        redis.Redis.from_url(settings.REDIS_URL, **cache_options()).ping()
    except redis.RedisError:
        return "unreachable"
    return OK


def _files() -> str:
    asked = _disk_thread.submit(_disk)
    try:
        return asked.result(timeout=_DISK_PATIENCE_SECONDS)
    except TooSlow:
        asked.cancel()
        return "no answer"
    except OSError:
        return "unreachable"


def _disk() -> str:
    folder = Path(settings.MEDIA_ROOT)
    # Made with the first file that is stored; until then its parent stands for it.
    present = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(present, os.W_OK):
        return "not writable"
    free = shutil.disk_usage(present).free
    return OK if free >= settings.MEDIA_MIN_FREE_MEGABYTES * 1024**2 else "nearly full"

"""Taking advisory locks."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection

from core.locks.registry import Lock

Key = int | str | UUID


class LockOutsideTransaction(RuntimeError):
    """A transaction's lock was asked for where no transaction would hold it."""


class LockBusy(RuntimeError):
    """Somebody else holds the lock, and the caller did not want to wait."""


def _key_number(key: Key) -> int:
    # PostgreSQL takes two 32-bit numbers. Two keys that share one only wait for each other.
    digest = hashlib.sha256(str(key).encode()).digest()
    return int.from_bytes(digest[:4], "big", signed=True)


def advisory_lock(lock: Lock, key: Key, *, wait: bool = True, is_shared: bool = False) -> bool:
    """Takes a lock until the running transaction ends; taking it twice is harmless.

    Arguments: lock from the registry; key names what is locked (an id, a code); wait for it,
    or answer False at once when it is held; is_shared, held beside others who take it shared,
    never beside one who does not. Rows read before waiting are stale: read after.
    Raises `LockOutsideTransaction` in autocommit, where it would be released at once.
    """
    if not connection.in_atomic_block:
        raise LockOutsideTransaction(
            f"Lock {lock.name} needs a transaction; call it inside transaction.atomic()."
        )
    function = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    if is_shared:
        function += "_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [int(lock), _key_number(key)])
        row = cursor.fetchone()
    return True if wait else bool(row[0])


def advisory_locks(wanted: Iterable[tuple[Lock, Key]]) -> None:
    """Takes several locks until the running transaction ends, in one order for all takers.

    Whoever takes what they need by one call of this never deadlocks with another who does; one
    query, whatever the number. Waits for each. Raises `LockOutsideTransaction` in autocommit.
    """
    if not connection.in_atomic_block:
        raise LockOutsideTransaction("Locks need a transaction; call inside transaction.atomic().")
    numbers = sorted({(int(lock), _key_number(key)) for lock, key in wanted})
    calls = ", ".join(["pg_advisory_xact_lock(%s, %s)"] * len(numbers))
    with connection.cursor() as cursor:
        # PostgreSQL works out a list of plain calls from left to right.
        cursor.execute(f"SELECT {calls}", [number for pair in numbers for number in pair])


@contextmanager
def session_lock(lock: Lock, key: Key, *, wait: bool = True) -> Iterator[None]:
    """Holds a lock over several transactions of this connection, until the block ends.

    For commands on a connection of their own; behind a pooler in transaction mode the
    connection is not one's own, so there use `advisory_lock`. A killed process lets go of it.
    Raises `LockBusy` when wait is False and somebody else holds it.
    """
    numbers = [int(lock), _key_number(key)]
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", numbers)
        else:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", numbers)
            if not cursor.fetchone()[0]:
                raise LockBusy(f"{lock.name} of {key} is held by another process; try again later.")
    try:
        yield
    finally:
        # A broken connection has lost the lock already and cannot be asked.
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", numbers)


def held_keys(lock: Lock, keys: Collection[Key]) -> set[Key]:
    """Returns those of some keys whose lock any process of this database holds now; one query.

    To show who is at work, never to decide who may be: the answer is old when it arrives.
    """
    if not keys:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND granted "
            "AND classid::bigint = %s AND objsubid = 2 "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [int(lock)],
        )
        held = {row[0] for row in cursor.fetchall()}
    # PostgreSQL shows the signed number it was given as an unsigned one.
    return {key for key in keys if _key_number(key) % 2**32 in held}

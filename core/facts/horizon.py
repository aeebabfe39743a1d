"""Up to which transaction everything is settled, so that a cursor may pass it."""

from __future__ import annotations

from django.db import connection

# A snapshot's own xmin would do, but it counts the transactions of every database of the
# server: one long report in another database would hold up ours. So we take the oldest
# transaction still writing in this one. Other columns of pg_stat_activity are hidden from
# ordinary roles; database, pid, usesysid and backend_xid are not. Autovacuum, which writes
# statistics under an id of its own and no fact, is nobody's session and has no usesysid.
#
# 32-bit ids are set against the 64-bit xmax by their distance to it. One at half a turn or
# more was handed out after the snapshot and lies above the horizon anyway.
_SETTLED_BEFORE = """
    SELECT pg_stat_clear_snapshot();
    WITH seen AS (
        SELECT GREATEST(
            pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
            pg_current_xact_id_if_assigned()::text::bigint + 1
        ) AS upto
    ), running AS (
        SELECT backend_xid::text::bigint AS xid
        FROM pg_stat_activity
        WHERE datname = current_database()
          AND pid <> pg_backend_pid()
          AND backend_xid IS NOT NULL
          AND usesysid IS NOT NULL
        UNION ALL
        SELECT transaction::text::bigint FROM pg_prepared_xacts
        WHERE database = current_database()
    ), distances AS (
        SELECT (upto - xid) & 4294967295 AS distance FROM seen, running
    )
    SELECT current_setting('transaction_isolation'),
           upto - COALESCE((SELECT max(distance) FROM distances WHERE distance < 2147483648), 0)
    FROM seen
"""


class WrongIsolation(RuntimeError):
    """Facts were read in a transaction that keeps one snapshot to its end."""


class CounterWentBack(RuntimeError):
    """The server counts transactions below those remembered: restored from a dump (README)."""


def settled_before(*, after: int = 0) -> int:
    """Returns a transaction id below which every transaction of this database has ended.

    Argument: after, the transaction id up to which the caller has read already.

    A row whose xid is below it can neither appear later nor vanish. Rows must be read by a
    later statement, never in the same one. Why that is safe, in order:

    1. xmax is read (or our own id, when younger): all ids below it were handed out before,
       and stand in shared memory.
    2. The running transactions are read. One below xmax that is not among them has ended.
    3. The rows are read with a younger snapshot, which sees all that ended in step 2.

    Our own transaction does not count: what it wrote and the cursor that passes it are
    committed together or not at all. Raises `WrongIsolation` above READ COMMITTED, where
    step 3 would see the snapshot of step 1, and `CounterWentBack` where everything new would
    land below `after` and never be read.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED_BEFORE)
        isolation, horizon = cursor.fetchone()
    if isolation != "read committed":
        raise WrongIsolation(f"Facts are read under READ COMMITTED, not {isolation.upper()}.")
    if horizon <= after:
        raise CounterWentBack(
            f"Transaction {after} was read, but this server has only come to {horizon}: it was "
            "restored from a dump. Advance its counter first; core/README.md says how."
        )
    return int(horizon)

"""Work that is found undone, and done again, when its commit is lost."""

from __future__ import annotations

from django.db import connection


def commit_without_waiting() -> None:
    """Lets the transaction at hand commit without waiting for the disk.

    For steps of a run that finds what is left by looking: should PostgreSQL itself be killed within
    the second in which it writes such a commit, the step is wholly undone and is done again. The
    next commit that waits makes all before it durable. Must be called inside a transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")

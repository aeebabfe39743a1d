"""Sharing work that is bound by the processor among several processes of this machine."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable

from django.db import connection, connections


class ProcessFailed(RuntimeError):
    """A process that shared the work ended with an error; what it had committed stays."""


def share_among(processes: int, work: Callable[[int, int], None]) -> None:
    """Calls `work(share, of)` once for each share, each but the first in a process of its own.

    For management commands: a process with threads must not be copied. Every process has a
    connection of its own; the caller is outside a transaction. Within a transaction, and for one
    process, the shares are worked on here. Raises ProcessFailed when another process failed, after
    all have ended.
    """
    if processes <= 1 or connection.in_atomic_block:
        work(0, 1)
        return
    children = [_fork(share, processes, work) for share in range(1, processes)]
    try:
        work(0, processes)
    finally:
        failed = [pid for pid in children if os.waitpid(pid, 0)[1] != 0]
    if failed:
        raise ProcessFailed(f"{len(failed)} of {processes} processes failed; see the lines above.")


def _fork(share: int, of: int, work: Callable[[int, int], None]) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        for handle in connections.all(initialized_only=True):
            # The server's session is the parent's: it is left open, not closed, here.
            handle.connection = None
            handle.run_on_commit = []
        work(share, of)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)

"""Sharing work that is bound by the processor among several processes of this machine."""

from __future__ import annotations

import gc
import os
import pickle
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection, connections

ResultT = TypeVar("ResultT")


class ProcessFailed(RuntimeError):
    """A process that shared the work ended with an error; what it had committed stays."""


@dataclass(frozen=True, slots=True)
class _Child:
    pid: int
    pipe: int


def share_among(processes: int, work: Callable[[int, int], ResultT]) -> list[ResultT]:
    """Calls `work(share, of)` once for each share, each but the first in a process of its own.

    Returns what the shares returned, in their order. For management commands: a process with
    threads must not be copied. Every process has a connection of its own; the caller is outside a
    transaction. Within a transaction, and for one process, there is one share, worked on here.
    Raises ProcessFailed when another process failed, after all have ended.
    """
    if processes <= 1 or connection.in_atomic_block:
        return [work(0, 1)]
    with _few_collections():
        children = [_fork(share, processes, work) for share in range(1, processes)]
        try:
            first = work(0, processes)
        finally:
            answers = [_answer_of(child) for child in children]
    failed = answers.count(b"")
    if failed:
        raise ProcessFailed(f"{failed} of {processes} processes failed; see the lines above.")
    return [first, *(pickle.loads(answer) for answer in answers)]  # noqa: S301 - our own children


@contextmanager
def _few_collections() -> Iterator[None]:
    """Keeps the garbage collector from walking the whole application again and again.

    Work in bulk makes many objects and few cycles. What is loaded already is left out, also so
    that the memory it lies in stays shared among the processes.
    """
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


def _answer_of(child: _Child) -> bytes:
    """Waits for a child; returns its answer, nothing when it failed."""
    with os.fdopen(child.pipe, "rb") as pipe:
        answer = pipe.read()
    return answer if os.waitpid(child.pid, 0)[1] == 0 else b""


def _fork(share: int, of: int, work: Callable[[int, int], ResultT]) -> _Child:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return _Child(pid, reading)
    code = 1
    try:
        for handle in connections.all(initialized_only=True):
            # The server's session is the parent's: it is left open, not closed, here.
            handle.connection = None
            handle.run_on_commit = []
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(pickle.dumps(work(share, of)))
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)

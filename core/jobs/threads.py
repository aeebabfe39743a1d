"""Work that mostly waits for the database, done by several threads with a connection each."""

from __future__ import annotations

import contextvars
from collections import deque
from collections.abc import Callable, Sequence
from threading import Thread

from django.db import connection, connections

Piece = Callable[[], object]


def work_on_connections(pieces: Sequence[Piece], *, most: int) -> None:
    """Calls every piece once, up to `most` of them at a time, the first ones first.

    Each thread but the caller's works on a connection of its own, so a piece sees only what is
    committed and is a transaction of its own. Where one fails the others that have begun end, no
    further one begins, and the first error is raised. Within a transaction all are called here,
    one after the other. For statements that take long: Python itself still runs on one core.
    """
    waiting, errors = deque(pieces), list[BaseException]()
    if connection.in_atomic_block:
        most = 1
    context = contextvars.copy_context()
    helpers = [
        Thread(target=context.copy().run, args=(_help, waiting, errors))
        for _number in range(min(most, len(pieces)) - 1)
    ]
    for helper in helpers:
        helper.start()
    _work(waiting, errors)
    for helper in helpers:
        helper.join()
    if errors:
        raise errors[0]


def _help(waiting: deque[Piece], errors: list[BaseException]) -> None:
    try:
        _work(waiting, errors)
    finally:
        connections.close_all()


def _work(waiting: deque[Piece], errors: list[BaseException]) -> None:
    while not errors:
        try:
            piece = waiting.popleft()
        except IndexError:
            return
        try:
            piece()
        except BaseException as error:
            # A time limit or an interrupt reaches the caller's thread: the others must hear of it.
            errors.append(error)

"""Several at the same time, in threads with connections of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection


def at_once(works: Sequence[Callable[[], Any]], *, most: int = 0) -> list[Any]:
    """Runs callables at once, or `most` of them at a time; errors are returned as results."""

    def isolated(work: Callable[[], Any]) -> Any:
        try:
            return work()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=most or len(works)) as pool:
        return list(pool.map(isolated, works))

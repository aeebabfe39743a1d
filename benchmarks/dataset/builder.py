"""Builds the book."""

from __future__ import annotations

from collections.abc import Callable

from psycopg2.extensions import connection as Connection


def build(*, loans: int, connect: Callable[[], Connection], say: Callable[[str], None]) -> None:
    """Fills a migrated, empty database with a book of so many loans."""
    raise NotImplementedError

"""What a benchmark works on: databases with a known state, and where to look for them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.core.management import call_command
from django.db import connection, connections
from psycopg2.extensions import connection as Connection

from benchmarks.dataset.builder import build
from benchmarks.dataset.fingerprint import book_fingerprint, schema_fingerprint
from benchmarks.dataset.reports import take_reports
from benchmarks.server import Server


@dataclass
class Stage:
    """The servers of one run, its sizes, and the databases made on them.

    `sizes` are numbers of loans, in ascending order. `fresh` makes every database anew.
    `migrated` names an empty, migrated database to copy where there is one already.
    """

    server: Server
    sizes: tuple[int, ...]
    home: Path
    fresh: bool = False
    migrated: str = ""
    _made: set[str] = field(default_factory=set)

    @property
    def largest(self) -> int:
        """The size at which pages and replay are measured."""
        return self.sizes[-1]

    def say(self, text: str) -> None:
        """Shows a line of progress."""
        print(f"  {text}", flush=True)

    @contextmanager
    def empty(self) -> Iterator[str]:
        """A migrated database without rows: Django's default connection leads to it.

        Thrown away after the block. Yields its name.
        """
        with self._working_copy(of=self._schema()) as name:
            yield name

    @contextmanager
    def book(self, loans: int) -> Iterator[str]:
        """A working copy of the built book of so many loans, the same whenever it is asked for.

        Django's default connection leads to it; thrown away after the block. Yields its name.
        """
        with self._working_copy(of=self._book(loans)) as name:
            yield name

    def connect(self) -> Connection:
        """Opens a plain psycopg2 connection to the database in use, in autocommit mode."""
        return self.server.connect(str(connection.settings_dict["NAME"]))

    def environment(self) -> dict[str, str]:
        """Returns the variables of a child process that works on the database in use."""
        name = str(connection.settings_dict["NAME"])
        return {**os.environ, "DATABASE_URL": self.server.url_of(name)}

    def size_of_book(self, loans: int) -> int:
        """Returns the bytes that a built book takes on disk."""
        return self.server.size(self._book(loans))

    def build_seconds(self, loans: int) -> float:
        """Returns how long the book took to build, in this run or the one that cached it."""
        return float(self.server.noted(self._book(loans)))

    # --- the cache ------------------------------------------------------------------------
    def _schema(self) -> str:
        name = self.migrated or f"{self.server.prefix}schema_{schema_fingerprint()}"
        if self.migrated or self._has(name):
            return name
        begun = time.monotonic()
        with self._under_construction(name, template=None):
            call_command("migrate", verbosity=0)
        self.say(f"Schema migrated ({time.monotonic() - begun:.1f} s)")
        return name

    def _book(self, loans: int) -> str:
        name = f"{self.server.prefix}book_{book_fingerprint()}_{loans}"
        if self._has(name):
            return name
        schema = self._schema()
        self.say(f"Building {loans:,} loans by 36 instalments ...")
        begun = time.monotonic()
        with self._under_construction(name, template=schema):
            build(loans=loans, connect=self.connect, say=self.say)
            seconds = time.monotonic() - begun
            take_reports()
        self.server.note(name, f"{seconds:.1f}")
        reports = time.monotonic() - begun - seconds
        self.say(f"{loans:,} loans built ({seconds:.1f} s), reports taken ({reports:.1f} s)")
        return name

    def _has(self, name: str) -> bool:
        """Whether a database can be used as it is; in a fresh run, only if this run made it."""
        return name in self.server.databases() and (not self.fresh or name in self._made)

    @contextmanager
    def _under_construction(self, name: str, *, template: str | None) -> Iterator[None]:
        """Makes a database under another name, so that one that was not finished is never used."""
        building = f"{self.server.prefix}building"
        for outdated in self._outdated() | {name, building}:
            self.server.drop(outdated)
        self.server.create(building, template=template)
        with _django_on(building):
            yield
        self.server.rename(building, to=name)
        self._made.add(name)

    def _outdated(self) -> set[str]:
        schema, book = f"{self.server.prefix}schema_", f"{self.server.prefix}book_"
        current = (f"{schema}{schema_fingerprint()}", f"{book}{book_fingerprint()}")
        return {
            name
            for name in self.server.databases()
            if name.startswith((schema, book)) and not name.startswith(current)
        }

    @contextmanager
    def _working_copy(self, *, of: str) -> Iterator[str]:
        with (
            self.server.scratch(f"{self.server.prefix}work", template=of) as name,
            _django_on(name),
        ):
            yield name


@contextmanager
def _django_on(database: str) -> Iterator[None]:
    """Leads Django's default connection to a database for as long as the block runs."""
    before = connection.settings_dict["NAME"]
    connections.close_all()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = before

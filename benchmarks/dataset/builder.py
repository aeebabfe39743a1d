"""Builds the book: a plan of all loans, then every table from it, on as many connections as cores.

The order of the rows and every value follow from the numbers of the loans, so two builds give one
book. What is derived (instalments, allocations, positions, bucket history) is written as replay
would write it; the benchmark `build` proves that on a sample.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from psycopg2.extensions import connection as Connection

from benchmarks.dataset.defaults import model_defaults
from benchmarks.dataset.indexes import Index, indexes_of
from benchmarks.dataset.notes import load_notes
from benchmarks.dataset.office import CLOSED_THROUGH, GRACE_DAYS, Office, open_office
from benchmarks.dataset.people import load_people

Connect = Callable[[], Connection]
Say = Callable[[str], None]

_FOLDER = Path(__file__).resolve().parent
_CHUNKS = 16
#: Filled without their indexes, largest first, so that the long work is never left for last.
_TABLES = (
    "loans_instalment",
    "loans_repayment",
    "loans_allocation",
    "loans_bucketstay",
    "loans_party",
    "loans_contactpoint",
    "loans_address",
    "loans_schedule",
    "loans_vehicle",
    "loans_loan",
    "loans_loanparty",
    "loans_position",
    "collections_app_case",
    "collections_app_caseevent",
    "compliance_attempt",
    "compliance_verdict",
    "compliance_settlement",
    "compliance_attemptloan",
    "collections_app_contact",
    "collections_app_promise",
    "core_datakey",
)
#: Tables whose identifiers were given by the builder, with the column their sequence feeds.
_NUMBERED = ("loans_instalment", "loans_allocation", "loans_repayment")


def build(*, loans: int, connect: Connect, say: Say) -> None:
    """Fills a migrated, empty database with a book of so many loans (and one in a hundred more).

    Arguments: loans of the main portfolio; connect opens a connection in autocommit mode; say is
    told of each step. The indexes and constraints at the end are those there were before.
    """
    _Build(loans=loans, side=max(loans // 100, 20), connect=connect, say=say).run()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Build:
    loans: int
    side: int
    connect: Connect
    say: Say

    def run(self) -> None:
        office = open_office(loans=self.loans)
        with closing(self.connect()) as first:
            indexes = indexes_of(first, _TABLES)
            self._execute(first, [index.drop for index in indexes])
            self._timed("plan", lambda: self._script("work", self._plan(office)))
            with model_defaults(first, _TABLES):
                self._timed("rows", self._fill)
                self._timed("cases", self._add_cases)
        self._timed("indexes", lambda: self._restore(indexes))
        with closing(self.connect()) as last:
            self._execute(last, [_follow(table) for table in _NUMBERED])
            self._execute(last, ["DROP SCHEMA bench CASCADE"])
        self._timed("statistics", self._settle)

    # --- steps ----------------------------------------------------------------------------
    def _plan(self, office: Office) -> dict[str, Any]:
        return {
            "loans": self.loans,
            "side": self.side,
            "through": CLOSED_THROUGH,
            "main_portfolio": str(office.main.pk),
            "side_portfolio": str(office.side.pk),
            "main_product": str(office.main_product.pk),
            "side_product": str(office.side_product.pk),
        }

    def _fill(self) -> None:
        """People on one connection, which is Python's work; all the rest on the others."""
        total = self.loans + self.side
        step = -(-total // _CHUNKS)
        ranges = [(at, min(at + step - 1, total)) for at in range(1, total + 1, step)]
        self._in_parallel(
            [
                partial(self._add_people, total),
                *(
                    partial(self._script, script, self._part(first, last))
                    for script in ("instalments", "repayments", "loans", "positions")
                    for first, last in ranges
                ),
            ]
        )

    def _part(self, first: int, last: int) -> dict[str, Any]:
        return {"first": first, "last": last, "through": CLOSED_THROUGH, "grace": GRACE_DAYS}

    def _add_people(self, total: int) -> None:
        with closing(self.connect()) as connection:
            _skip_triggers(connection)
            people = (number for number in range(1, total + 1) if number % 10)
            load_people(connection, people=people, side_from=self.loans + 1)

    def _add_cases(self) -> None:
        through = {"through": CLOSED_THROUGH}
        self._script("cases", through | {"opens_after": GRACE_DAYS + 1})
        self._script("calls", through)
        self._in_parallel(
            [
                partial(self._script, "attempts", through),
                partial(self._add_contacts, through),
            ]
        )

    def _add_contacts(self, through: dict[str, Any]) -> None:
        with closing(self.connect()) as connection:
            load_notes(connection, luck_below=300)
        self._script("contacts", through)

    def _restore(self, indexes: Iterable[Index]) -> None:
        by_size = sorted(indexes, key=lambda index: _TABLES.index(index.table))
        self._in_parallel([partial(self._statement, index.create) for index in by_size])

    def _settle(self) -> None:
        """Leaves the tables as a server at rest has them: visible, counted, on disk."""
        self._in_parallel(
            [partial(self._statement, f"VACUUM (ANALYZE) {table}") for table in _TABLES]
        )
        self._statement("CHECKPOINT")

    # --- running statements ---------------------------------------------------------------
    def _in_parallel(self, work: Sequence[Callable[[], None]]) -> None:
        """Runs everything on as many connections as cores, in order; whoever is free helps on."""
        with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
            for done in [pool.submit(act) for act in work]:
                done.result()

    def _statement(self, statement: str) -> None:
        with closing(self.connect()) as connection:
            self._execute(connection, [statement])

    def _script(self, name: str, parameters: dict[str, Any]) -> None:
        with closing(self.connect()) as connection, connection.cursor() as cursor:
            _skip_triggers(connection)
            cursor.execute((_FOLDER / f"{name}.sql").read_text(encoding="utf-8"), parameters)

    def _execute(self, connection: Connection, statements: Iterable[str]) -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def _timed(self, what: str, act: Callable[[], None]) -> None:
        begun = time.monotonic()
        act()
        self.say(f"  {what} ({time.monotonic() - begun:.1f} s)")


def _skip_triggers(connection: Connection) -> None:
    """Foreign keys are not looked up row by row: every reference here is right by construction."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")


def _follow(table: str) -> str:
    """Lets a table's sequence go on after the identifiers the builder gave."""
    return (
        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'),"
        f" (SELECT coalesce(max(id), 1) FROM {table}))"
    )

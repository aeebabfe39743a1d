"""The databases of a run on one PostgreSQL: made, copied, renamed and dropped by name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as Connection

#: What the names of a run's databases begin with.
PREFIX = "makegood_bench_"


@dataclass(frozen=True, slots=True)
class Server:
    """One PostgreSQL, by the address of any of its databases; the role may create databases.

    Every database made here begins with the prefix, and none other is ever dropped.
    """

    url: str
    prefix: str = PREFIX

    def url_of(self, database: str) -> str:
        """Returns the address of another database of this server."""
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{database}"))

    def connect(self, database: str) -> Connection:
        """Opens a plain connection in autocommit mode, as the floors use it."""
        opened: Connection = psycopg2.connect(self.url_of(database))
        opened.autocommit = True
        return opened

    def databases(self) -> set[str]:
        """Returns the names of the databases made here."""
        rows = self._query(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", self.prefix
        )
        return {name for (name,) in rows}

    def create(self, database: str, *, template: str | None = None) -> None:
        """Makes a database, empty or as a copy. A copy is of files, not of rows: twice as fast."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY {}").format(
            sql.Identifier(database),
            sql.Identifier(template or "template0"),
            sql.Identifier("file_copy" if template else "wal_log"),
        )
        self._run(statement)

    def rename(self, database: str, *, to: str) -> None:
        """Gives a finished database the name under which it is found again."""
        self._run(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(database), sql.Identifier(to)
            )
        )

    def drop(self, database: str) -> None:
        """Removes a database made here, also while somebody is connected to it."""
        assert database.startswith(self.prefix), database
        self._run(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
        )

    def size(self, database: str) -> int:
        """Returns the size of a database in bytes."""
        ((size,),) = self._query("SELECT pg_database_size(%s)", database)
        return int(size)

    def note(self, database: str, text: str) -> None:
        """Keeps a line of text with a database."""
        self._run(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                sql.Identifier(database), sql.Literal(text)
            )
        )

    def noted(self, database: str) -> str:
        """Returns the line kept with a database."""
        statement = (
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        )
        return self._query(statement, database)[0][0]

    def settings(self, *names: str) -> dict[str, str]:
        """Returns settings of the server as SHOW writes them."""
        return {name: self._query(f"SHOW {name}")[0][0] for name in names}

    @contextmanager
    def scratch(self, database: str, *, template: str) -> Iterator[str]:
        """A copy of a database for as long as the block runs."""
        self.drop(database)
        self.create(database, template=template)
        try:
            yield database
        finally:
            self.drop(database)

    def _query(self, statement: str, *parameters: str) -> list[tuple[str, ...]]:
        with closing(self._connect_anywhere()) as connection, connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            rows: list[tuple[str, ...]] = cursor.fetchall()
            return rows

    def _run(self, statement: sql.Composable) -> None:
        with closing(self._connect_anywhere()) as connection, connection.cursor() as cursor:
            cursor.execute(statement)

    def _connect_anywhere(self) -> Connection:
        # The database of the given address may be one that is about to be copied or dropped.
        return self.connect("postgres")

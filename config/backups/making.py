"""Making a backup: the database as of one moment, then the encrypted files, then the manifest."""

from __future__ import annotations

import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from django.db import connections
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ

from config.backups import manifest, programs
from config.backups.faults import BackupRefused
from core.audit.models import AuditSeal
from core.clock import now

Say = Callable[[str], None]


def make_backup(*, folder: Path, say: Say, alias: str = "default") -> Path:
    """Makes a new backup in a folder of its own below `folder`, and returns that folder.

    Arguments: alias, the connection it is read over. The role of the application is enough.
    Raises BackupRefused; then nothing is left behind.
    """
    moment = now()
    whole = folder / f"makegood-{moment:%Y%m%dT%H%M%SZ}"
    growing = whole.with_suffix(".part")
    if whole.exists() or growing.exists():
        raise BackupRefused(f"{whole} exists already; wait a second and try again.")
    try:
        growing.mkdir(parents=True, mode=0o700)
        _fill(growing, made_at=moment.isoformat(), alias=alias, say=say)
        growing.rename(whole)
    except OSError as error:
        shutil.rmtree(growing, ignore_errors=True)
        raise BackupRefused(f"The backup could not be written: {error}.") from error
    except BaseException:
        shutil.rmtree(growing, ignore_errors=True)
        raise
    return whole


def _fill(folder: Path, *, made_at: str, alias: str, say: Say) -> None:
    database = connections[alias].settings_dict
    with _snapshot(database) as reader:
        pg_dump = programs.find("pg_dump", server_major=reader.major)
        say(f"Database: {pg_dump}")
        programs.run(
            pg_dump,
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={reader.name}",
            f"--file={folder / manifest.DATABASE}",
            database=database,
        )
        rows, next_transaction, head = reader.rows(), reader.next_transaction(), reader.head()
    # Files lie on disk before the row that names them is committed, and never change: packed
    # after the database, every file that the dump names is there, unless erased meanwhile.
    count = _pack_files(folder / manifest.FILES)
    say(f"Files: {count}")
    parts = {}
    for name in (manifest.DATABASE, manifest.FILES):
        _flush(folder / name)
        parts[name] = manifest.measure(folder / name)
    manifest.Manifest(
        made_at=made_at,
        server_major=reader.major,
        next_transaction=next_transaction,
        rows=rows,
        audit_head=head,
        key_checks=manifest.key_checks(),
        blind_index_check=manifest.blind_index_check(),
        parts=parts,
    ).write(folder)
    _flush(folder / manifest.NAME)


class _Reader:
    """Reads of one moment; pg_dump reads the same moment by the snapshot's name."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.major: int = connection.server_version // 10_000
        self.name: str = self._one(sql.SQL("SELECT pg_export_snapshot()"))

    def rows(self) -> dict[str, int]:
        """Counts the rows of every table that holds any of its own."""
        with self._connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r'"
                " AND relnamespace = 'public'::regnamespace ORDER BY relname"
            )
            names = [name for (name,) in cursor.fetchall()]
        count = sql.SQL("SELECT count(*) FROM {}")
        return {name: self._one(count.format(sql.Identifier(name))) for name in names}

    def next_transaction(self) -> int:
        return int(self._one(sql.SQL("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")))

    def head(self) -> str:
        """The hash of the newest seal of the trail, by which a trail that was cut is known."""
        newest = sql.SQL("SELECT hash FROM {} ORDER BY number DESC LIMIT 1")
        found = self._one(newest.format(sql.Identifier(AuditSeal._meta.db_table)))
        return bytes(found).hex() if found is not None else ""

    def _one(self, statement: sql.Composable) -> Any:
        with self._connection.cursor() as cursor:
            cursor.execute(statement)
            row = cursor.fetchone()
        return row[0] if row else None


@contextmanager
def _snapshot(database: dict[str, Any]) -> Iterator[_Reader]:
    named = {
        "host": database.get("HOST"),
        "port": database.get("PORT"),
        "user": database.get("USER"),
        "password": database.get("PASSWORD"),
        "dbname": database["NAME"],
    }
    options = {k: v for k, v in database.get("OPTIONS", {}).items() if k.startswith("ssl")}
    try:
        connection = psycopg2.connect(**{k: v for k, v in named.items() if v}, **options)
    except psycopg2.OperationalError as error:
        raise BackupRefused(f"The database does not answer: {error}") from error
    try:
        connection.set_session(
            isolation_level=ISOLATION_LEVEL_REPEATABLE_READ, readonly=True, autocommit=False
        )
        yield _Reader(connection)
    finally:
        connection.close()


def _pack_files(target: Path) -> int:
    root = Path(settings.MEDIA_ROOT)
    count = 0
    with tarfile.open(target, "x") as packed:
        for path in sorted((root / "files").rglob("*.sealed")):
            try:
                packed.add(path, arcname=str(path.relative_to(root)), recursive=False)
            except FileNotFoundError:  # erased this moment
                continue
            count += 1
    return count


def _flush(path: Path) -> None:
    path.chmod(0o600)
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

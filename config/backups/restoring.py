"""Putting a backup back into an empty database and folder, then checking it against itself."""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import connections, transaction
from psycopg2 import sql

from config.backups import manifest, programs
from config.backups.faults import BackupRefused
from core.audit.verification import verify_trail
from core.encryption import DecryptionFailed
from core.files.models import StoredFile
from core.files.services import open_stored
from core.management.commands.grant_database_roles import grant
from loans.delinquency.verification import verify_portfolio
from loans.portfolios.models import Portfolio

Say = Callable[[str], None]
#: Transactions spent per statement while the counter catches up.
_SPENT_AT_ONCE = 100_000


def restore_backup(*, folder: Path, say: Say) -> list[str]:
    """Restores a backup and returns what is not as it was, a sentence each; empty: all is well.

    The database is reached as the owner where DATABASE_OWNER_URL is set. Raises BackupRefused
    before anything is written: where the backup is damaged or of other keys, or where the
    database or MEDIA_ROOT is not empty. A dump that fails midway leaves the database empty.
    """
    kept = manifest.read(folder)
    manifest.check_parts(folder, kept)
    manifest.check_keys(kept)
    alias = "owner" if "owner" in connections else "default"
    _refuse_filled(alias)
    _load(folder, kept, alias)
    say(f"Database of {kept.made_at} loaded")
    _unpack_files(folder / manifest.FILES)
    say("Files unpacked")
    spent = advance_transactions(alias=alias, to=kept.next_transaction)
    if spent:
        say(f"Transaction counter advanced by {spent}")
    if alias == "owner":
        grant(alias=alias, role=connections["default"].settings_dict["USER"])
    return list(differences(kept, say=say))


def _refuse_filled(alias: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p', 'v', 'm', 'S')"
        )
        tables = cursor.fetchone()[0]
    name = connections[alias].settings_dict["NAME"]
    if tables:
        raise BackupRefused(
            f"The database {name} is not empty ({tables} tables and the like). Make a new one,"
            " point DATABASE_URL at it, and restore there."
        )
    files = Path(settings.MEDIA_ROOT) / "files"
    if files.exists() and any(files.iterdir()):
        raise BackupRefused(f"{files} is not empty. Point MEDIA_ROOT at an empty folder.")


def _load(folder: Path, kept: manifest.Manifest, alias: str) -> None:
    connection = connections[alias]
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        major = int(cursor.fetchone()[0]) // 10_000
    connection.close()
    programs.run(
        programs.find("pg_restore", server_major=max(major, kept.server_major)),
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
        "--no-comments",
        f"--dbname={connection.settings_dict['NAME']}",
        str(folder / manifest.DATABASE),
        database=connection.settings_dict,
    )


def _unpack_files(source: Path) -> None:
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with tarfile.open(source) as packed:
            _write_below(root, packed)
    except (OSError, tarfile.TarError) as error:
        shutil.rmtree(root / "files", ignore_errors=True)
        raise BackupRefused(
            f"The files could not be unpacked into {root}: {error}. The database is loaded; empty"
            " it before you try again."
        ) from error


def _write_below(root: Path, packed: tarfile.TarFile) -> None:
    """Writes plain files and folders; raises TarError for a link and for a name that leads out.

    Python has a filter for this, but only from 3.11.4 on.
    """
    root = root.resolve()
    for member in packed:
        target = (root / member.name).resolve()
        if not target.is_relative_to(root) or not (member.isfile() or member.isdir()):
            raise tarfile.TarError(f"{member.name!r} is no file below the folder")
        folder = target if member.isdir() else target.parent
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if content := packed.extractfile(member):
            with content, target.open("xb") as file:
                target.chmod(0o600)
                shutil.copyfileobj(content, file)


def advance_transactions(*, alias: str, to: int) -> int:
    """Spends transaction numbers until the server is past `to`; returns how many.

    Facts and trail remember the numbers of the old server; one that counts below them would
    write facts that no consumer reads (`core.facts.horizon`). About a million take a minute.
    """
    connection = connections[alias]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        first = here = int(cursor.fetchone()[0])
        cursor.execute("SET synchronous_commit = off")
        while here < to:
            _spend(alias, count=min(to - here + 1, _SPENT_AT_ONCE))
            cursor.execute("SELECT pg_current_xact_id()::text")
            here = int(cursor.fetchone()[0])
        cursor.execute("RESET synchronous_commit")
    return max(here - first, 0) if to > first else 0


def _spend(alias: str, *, count: int) -> None:
    if connections[alias].in_atomic_block:
        raise transaction.TransactionManagementError("Each number needs a transaction of its own.")
    loop = sql.SQL(
        "DO $$ BEGIN FOR i IN 1..{count} LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP;"
        " END $$"
    )
    with connections[alias].cursor() as cursor:
        cursor.execute(loop.format(count=sql.Literal(count)))


def differences(kept: manifest.Manifest, *, say: Say) -> Iterator[str]:
    """Yields what a restored installation does not have as its backup says."""
    yield from _row_differences(kept, say)
    trail = verify_trail(expected_head=kept.audit_head)
    say(f"Trail: {trail.entry_count} entries under {trail.seal_count} seals")
    if not trail.holds:
        yield f"The trail does not hold: {trail.fault}"
    yield from _file_differences(say)
    for portfolio in Portfolio.objects.all():
        found = verify_portfolio(portfolio=portfolio)
        say(f"Positions of {portfolio.code}: {len(found)} differences")
        yield from (f"{portfolio.code}: {mismatch}" for mismatch in found)


def _row_differences(kept: manifest.Manifest, say: Say) -> Iterator[str]:
    count = sql.SQL("SELECT count(*) FROM {}")
    total = 0
    for table, expected in kept.rows.items():
        with connections["default"].cursor() as cursor:
            cursor.execute(count.format(sql.Identifier(table)))
            found = cursor.fetchone()[0]
        total += found
        if found != expected:
            yield f"{table} has {found} rows instead of {expected}."
    say(f"Rows: {total} in {len(kept.rows)} tables")


def _file_differences(say: Say) -> Iterator[str]:
    checked = 0
    stored = StoredFile.objects.filter(erased_at__isnull=True).select_related("data_key")
    for row in stored.iterator(chunk_size=500):
        checked += 1
        try:
            with open_stored(row) as content:
                whole = manifest.digest_of(content) == row.sha256
        except (DecryptionFailed, LookupError) as error:
            yield f"File {row.pk}: {error}"
            continue
        if not whole:
            yield f"File {row.pk} is not what was stored."
    say(f"Files: {checked} opened and compared")

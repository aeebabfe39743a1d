"""A backup is put back into another database, as its two roles, and is the same in every row."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg2 import sql

from config.backups import manifest, programs, restoring
from config.backups.faults import BackupRefused
from core.audit.sealer import seal_trail
from core.files.services import store
from loans.repayments.services import record_repayment
from tests.loans.builders import BOOKS_ON, CLERK, build_loan, build_portfolio

PROJECT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.django_db(transaction=True)
LETTER = b"Dear Wei Wang, " * 5_000


def connect(database: str | None = None):
    settings = connection.settings_dict
    named = {
        "host": settings["HOST"],
        "port": settings["PORT"],
        "user": settings["USER"],
        "password": settings["PASSWORD"],
        "dbname": database or settings["NAME"],
    }
    opened = psycopg2.connect(**{name: value for name, value in named.items() if value})
    opened.autocommit = True
    return opened


def execute(statement: str, *names: str, database: str | None = None):
    opened = connect(database)
    try:
        with opened.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
            return cursor.fetchall() if cursor.description else []
    finally:
        opened.close()


def content_of(database: str) -> dict[str, str]:
    """One hash over all rows of each table."""
    tables = execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r'"
        " AND relnamespace = 'public'::regnamespace",
        database=database,
    )
    hashes = {}
    for (table,) in tables:
        rows = execute("SELECT t::text FROM {} t", table, database=database)
        hashes[table] = hashlib.sha256("\n".join(sorted(r for (r,) in rows)).encode()).hexdigest()
    return hashes


@pytest.fixture
def books(settings, tmp_path) -> Path:
    """A small installation: a loan with money, a sealed file, a sealed trail."""
    settings.MEDIA_ROOT = tmp_path / "media"
    loan = build_loan(build_portfolio())
    record_repayment(loan=loan, amount=Decimal("110.00"), value_on=BOOKS_ON, by=CLERK)
    store(content=io.BytesIO(LETTER), name="letter to Wei Wang.txt")
    seal_trail()
    return tmp_path


@pytest.fixture
def backup(books) -> Path:
    said = io.StringIO()
    call_command("backup", str(books / "backups"), stdout=said)
    return Path(said.getvalue().strip().splitlines()[-1].partition(": ")[2])


class Target:
    """An empty database with an owner and an application role, and an empty folder of files."""

    def __init__(self, folder: Path) -> None:
        mark = uuid4().hex[:12]
        self.name, self.owner, self.role = (f"test_restored_{mark}_{n}" for n in ("db", "o", "a"))
        self.media = folder / "restored media"

    def make(self) -> None:
        for role in (self.owner, self.role):
            execute("CREATE ROLE {} LOGIN NOSUPERUSER PASSWORD 'restored'", role)
        execute("CREATE DATABASE {} OWNER {}", self.name, self.owner)

    def remove(self) -> None:
        execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)
        for role in (self.owner, self.role):
            execute("DROP ROLE IF EXISTS {}", role)

    def url(self, role: str) -> str:
        host, port = connection.settings_dict["HOST"], connection.settings_dict["PORT"]
        place = f"?host={quote(host)}" if host.startswith("/") else ""
        at = "" if place else f"{host}:{port or 5432}"
        return f"postgres://{role}:restored@{at}/{self.name}{place}"

    def restore(self, backup: Path, **changes: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            "DATABASE_URL": self.url(self.role),
            "DATABASE_OWNER_URL": self.url(self.owner),
            "MEDIA_ROOT": str(self.media),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DEBUG": "False",
            "SECURE_TRANSPORT": "False",
        } | changes
        return subprocess.run(
            [sys.executable, "manage.py", "restore", str(backup)],
            cwd=PROJECT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def is_empty(self) -> bool:
        return content_of(self.name) == {} and not (self.media / "files").exists()


@pytest.fixture
def target(tmp_path) -> Iterator[Target]:
    made = Target(tmp_path)
    made.make()
    yield made
    made.remove()


def test_what_is_put_back_is_the_same_in_every_row_and_file(backup, target, settings):
    holds_no_key_and_nothing_sealed_in_clear(backup, settings)

    done = target.restore(backup)

    assert done.returncode == 0, done.stderr
    assert "everything is as it was" in done.stdout
    assert "Files: 1 opened and compared" in done.stdout
    assert content_of(target.name) == content_of(connection.settings_dict["NAME"])
    before = {p.name: p.read_bytes() for p in Path(settings.MEDIA_ROOT).rglob("*.sealed")}
    assert {p.name: p.read_bytes() for p in target.media.rglob("*.sealed")} == before

    # Only the owner may change the structure, as before.
    tables = execute(
        "SELECT count(*), count(*) FILTER (WHERE tableowner <> current_database()"
        " AND tableowner = {}) FROM pg_tables WHERE schemaname = 'public'".replace(
            "{}", f"'{target.owner}'"
        ),
        database=target.name,
    )
    assert tables[0][0] == tables[0][1] > 50
    # Once filled, it is not filled again.
    again = target.restore(backup)
    assert again.returncode == 1
    assert "is not empty" in again.stderr


def holds_no_key_and_nothing_sealed_in_clear(backup: Path, settings) -> None:
    whole = b"".join(path.read_bytes() for path in backup.iterdir())

    assert {path.name for path in backup.iterdir()} == {
        manifest.DATABASE,
        manifest.FILES,
        manifest.NAME,
    }
    for key in (*settings.DATA_KEYS.values(), settings.BLIND_INDEX_KEY):
        assert key not in whole
        assert key.hex().encode() not in whole
    assert b"Dear Wei Wang" not in whole
    assert all(path.stat().st_mode & 0o077 == 0 for path in (backup, *backup.iterdir()))


def test_what_cannot_be_restored_whole_is_refused_before_anything_is_written(backup, target):
    """One backup for all refusals: making a database for each would take a minute."""
    other = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="
    for variable, value, words in (
        ("DATA_KEYS", f"1:{other}", "DATA_KEYS does not hold version"),
        ("BLIND_INDEX_KEY", other, "BLIND_INDEX_KEY is another one"),
    ):
        refuses(target, backup, words, **{variable: value})

    for part in (manifest.DATABASE, manifest.FILES):
        whole = (backup / part).read_bytes()
        damaged = bytearray(whole)
        damaged[len(damaged) // 2] ^= 1
        (backup / part).write_bytes(damaged)
        refuses(target, backup, f"{part} is not what was written")
        (backup / part).write_bytes(whole)

    (backup / manifest.DATABASE).write_bytes((backup / manifest.DATABASE).read_bytes()[:-4_000])
    rewrite(backup)
    refuses(target, backup, "pg_restore failed")

    (target.media / "files").mkdir(parents=True)
    (target.media / "files" / "mine").write_text("mine")
    assert "Point MEDIA_ROOT at an empty folder" in target.restore(backup).stderr
    assert content_of(target.name) == {}


def refuses(target: Target, backup: Path, words: str, **changes: str) -> None:
    done = target.restore(backup, **changes)
    assert done.returncode == 1
    assert words in done.stderr
    assert target.is_empty()


def rewrite(backup: Path, **changes: object) -> None:
    """Makes the manifest agree with parts that were changed."""
    kept = json.loads((backup / manifest.NAME).read_text())
    for name in kept["parts"]:
        part = manifest.measure(backup / name)
        kept["parts"][name] = {"size": part.size, "sha256": part.sha256}
    (backup / manifest.NAME).write_text(json.dumps(kept | changes))


def test_what_is_lost_between_is_told(backup, target):
    with tarfile.open(backup / manifest.FILES, "w"):
        pass
    rows = json.loads((backup / manifest.NAME).read_text())["rows"]
    rewrite(backup, rows=rows | {"loans_loan": rows["loans_loan"] + 1}, audit_head="00" * 32)

    done = target.restore(backup)

    assert done.returncode == 1
    assert "loans_loan has 1 rows instead of 2." in done.stderr
    assert "is not in MEDIA_ROOT" in done.stderr
    assert "The trail does not hold" in done.stderr
    assert "3 things are not as they were" in done.stderr


@pytest.mark.parametrize("name", ["../out.sealed", "/out.sealed", "files/link.sealed"])
def test_files_that_lead_elsewhere_are_refused(tmp_path, settings, name):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    member = tarfile.TarInfo(name)
    if name == "files/link.sealed":
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/hostname"
    with tarfile.open(tmp_path / "packed", "w") as packed:
        packed.addfile(member, io.BytesIO())

    with pytest.raises(BackupRefused, match="could not be unpacked"):
        restoring._unpack_files(tmp_path / "packed")

    left = [path.name for path in tmp_path.rglob("*") if path.is_file() or path.is_symlink()]
    assert left == ["packed"]


def test_what_is_no_backup_is_refused(tmp_path):
    for content in (None, "[]", '{"format": 1}'):
        if content is not None:
            (tmp_path / manifest.NAME).write_text(content)
        with pytest.raises(CommandError, match=r"holds no readable manifest\.json"):
            call_command("restore", str(tmp_path))


def test_a_backup_that_fails_leaves_nothing_behind(books, monkeypatch):
    def fail(*args, **kwargs):
        raise OSError("No space left on device")

    monkeypatch.setattr("config.backups.making._pack_files", fail)

    with pytest.raises(CommandError, match="No space left on device"):
        call_command("backup", str(books / "backups"), stdout=io.StringIO())

    assert list((books / "backups").iterdir()) == []


def test_the_counter_of_transactions_catches_up():
    def here() -> int:
        return int(execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")[0][0])

    goal = here() + 2_500

    assert restoring.advance_transactions(alias="default", to=goal) >= 2_000
    assert here() > goal
    assert restoring.advance_transactions(alias="default", to=goal) == 0


def test_a_program_that_is_too_old_is_not_used(tmp_path, monkeypatch):
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    assert programs.find("pg_dump", server_major=18).parent != tmp_path
    with pytest.raises(BackupRefused, match=r"postgresql-client-99 .*PATH"):
        programs.find("pg_dump", server_major=99)
    assert shutil.which("pg_dump") == str(old)

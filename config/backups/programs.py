"""PostgreSQL's own programs: which ones to use, and how they reach the database."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from config.backups.faults import BackupRefused
from config.embedded import postgres
from config.embedded.faults import ServiceError

# Settings of psycopg2 that libpq's programs know under a name of the environment.
_OPTIONS: Final = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}


def find(name: str, *, server_major: int) -> Path:
    """Returns the program `name` of a version that this server's dumps need: its own or a newer.

    The ones on the PATH first, then those of the embedded PostgreSQL, where it is installed.
    Raises BackupRefused, saying what to install.
    """
    found = [(path, version) for path in _candidates(name) if (version := _major(path))]
    for path, version in found:
        if version >= server_major:
            return path
    seen = ", ".join(f"{path} is {version}" for path, version in found) or "none was found"
    raise BackupRefused(
        f"{name} of PostgreSQL {server_major} or newer is needed ({seen})."
        f" Install postgresql-client-{server_major} and put it on the PATH."
    )


def run(program: Path, *arguments: str, database: Mapping[str, Any]) -> None:
    """Runs a program against one of settings.DATABASES; its password is on no command line.

    Raises BackupRefused with the last lines that the program wrote.
    """
    done = subprocess.run(  # noqa: S603
        [program, "--no-password", *arguments],
        env={**os.environ, **_environment(database)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        said = " ".join(done.stderr.strip().splitlines()[-4:])
        raise BackupRefused(f"{program.name} failed: {said}")


def _environment(database: Mapping[str, Any]) -> dict[str, str]:
    named = {
        "PGHOST": database.get("HOST"),
        "PGPORT": database.get("PORT"),
        "PGUSER": database.get("USER"),
        "PGPASSWORD": database.get("PASSWORD"),
        "PGDATABASE": database["NAME"],
        "PGCONNECT_TIMEOUT": 10,
    }
    options = database.get("OPTIONS", {})
    named |= {variable: options.get(option) for option, variable in _OPTIONS.items()}
    return {name: str(value) for name, value in named.items() if value}


def _candidates(name: str) -> Iterator[Path]:
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = Path(folder or ".") / name
        if path.is_file() and os.access(path, os.X_OK):
            yield path
    try:
        yield postgres.installation() / "bin" / name
    except ServiceError:
        return


def _major(program: Path) -> int:
    """Returns the version a program says it is; 0 where it does not start."""
    try:
        said = subprocess.run(  # noqa: S603
            [program, "--version"], capture_output=True, text=True, timeout=10, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    match = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(match[1]) if match else 0

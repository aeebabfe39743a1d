"""The files of the demonstration under `var/demo/`, and the lock that keeps it to one at a time."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from config.embedded import secrets
from config.embedded.faults import ServiceError

PROJECT = Path(__file__).resolve().parent.parent.parent
HOME = PROJECT / "var" / "demo"


@dataclass(frozen=True)
class SignIn:
    """One account to try the system with."""

    role: str
    email: str
    password: str


class Home:
    """Paths of one demonstration and what is remembered between its starts."""

    def __init__(self, root: Path = HOME) -> None:
        self.root = root
        self.logs = root / "logs"
        self.media = root / "media"
        self.static = root / "static"
        self.secrets = root / "secrets.json"
        self.sign_ins = root / "sign-ins.json"
        self.environment = root / "environment"
        self._lock = root.with_name(f"{root.name}.lock")
        self._loading = root / "loading"
        self._loaded = root / "loaded"

    def acquire(self) -> IO[str]:
        """Returns the held lock file; refuses while another start of this clone runs."""
        self.make_folders()
        held = self._lock.open("a+")
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            held.seek(0)
            where = held.read().strip() or "still starting"
            raise ServiceError(f"already running in this folder ({where}).") from error
        return held

    def make_folders(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o711)  # PostgreSQL's account passes through, nobody lists
        for private in (self.logs, self.media):
            private.mkdir(exist_ok=True)
            private.chmod(0o700)

    def announce(self, held: IO[str], address: str) -> None:
        """Writes the address into the lock file, for a second start to show."""
        held.seek(0)
        held.truncate()
        held.write(address)
        held.flush()

    def clear(self) -> None:
        """Removes everything the demonstration made."""
        for entry in self.root.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
        self.make_folders()

    # --- what is in the database ----------------------------------------------------------
    def is_loaded(self, database_url: str) -> bool:
        """Tells whether this database already holds the demonstration portfolios."""
        try:
            return self._loaded.read_text(encoding="utf-8").strip() == _fingerprint(database_url)
        except FileNotFoundError:
            return False

    def was_interrupted(self) -> bool:
        """Tells whether an earlier start ended while it was loading."""
        return self._loading.exists()

    def begin_loading(self) -> None:
        self._loading.touch()

    def finish_loading(self, database_url: str) -> None:
        self._loaded.write_text(_fingerprint(database_url) + "\n", encoding="utf-8")
        self._loading.unlink(missing_ok=True)

    def forget_loading(self) -> None:
        for mark in (self._loading, self._loaded, self.sign_ins):
            mark.unlink(missing_ok=True)

    def read_sign_ins(self) -> list[SignIn]:
        """Returns the accounts that `load_demo` wrote down."""
        try:
            rows = json.loads(self.sign_ins.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []
        return [
            SignIn(role=str(row["role"]), email=str(row["email"]), password=str(row["password"]))
            for row in rows
        ]

    def write_environment(self, variables: Mapping[str, str]) -> None:
        """Writes variables for `bin/manage` to source, so that commands see this data."""
        lines = (f"export {name}={shlex.quote(variables[name])}\n" for name in sorted(variables))
        secrets.write_private(self.environment, "".join(lines))

    def load_secrets(self) -> secrets.LocalSecrets:
        os.umask(0o022)
        return secrets.load_or_make(self.secrets)


def _fingerprint(database_url: str) -> str:
    """Names a database without its password; a socket's folder may move, so it is left out."""
    account, _, place = database_url.rpartition("@")
    user = account.rpartition("//")[2].partition(":")[0]
    return hashlib.sha256(f"{user}@{place.partition('?')[0]}".encode()).hexdigest()

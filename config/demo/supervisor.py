"""Starts the parts in order, watches them, and stops them in the opposite order."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from config.demo.home import PROJECT, Home
from config.embedded import processes, roles, services
from config.embedded.faults import ServiceError, log_tail
from config.embedded.secrets import LocalSecrets

FIRST_PORT = 8000
LAST_PORT = 8999
WEB_PATIENCE_SECONDS = 60.0
STOP_PATIENCE_SECONDS = 20.0
_POLL_SECONDS = 0.2


class StopRequested(Exception):
    """Somebody asked for the end: Ctrl-C, SIGTERM or a closed terminal."""


class Supervisor:
    """One running demonstration."""

    def __init__(self, *, home: Home, port: int) -> None:
        self.home = home
        self.services = services.Services()
        self._first_port = port
        self._listener: socket.socket | None = None
        self._programs: list[processes.Child] = []
        self._preparation: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Starts everything and returns the address; the caller must call stop() in the end."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _raise_stop)
        local = self.home.load_secrets()
        self.services = services.start(
            home=self.home.root, secrets=local, durable=True, say=_report
        )
        _report("PostgreSQL and Redis run")
        self._start_over_after_interruption(local)
        environment = self._environment(local)
        self._prepare(environment)
        return self._start_programs(environment)

    def watch(self) -> None:
        """Returns never while all is well; raises ServiceError when a part ends by itself."""
        while True:
            for child in [*self.services.children, *self._programs]:
                if not child.is_running():
                    raise ServiceError(
                        f"{child.name} ended (status {child.process.returncode}); its last lines,"
                        f" from {child.log}:\n{log_tail(child.log)}"
                    )
            time.sleep(_POLL_SECONDS)

    def stop(self) -> None:
        """Stops all that was started here; a second Ctrl-C does not interrupt it."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        if self._preparation is not None and self._preparation.poll() is None:
            self._preparation.terminate()
            self._preparation.wait()
        for child in self._programs:  # all at once, so that waiting is shared
            child.ask_to_stop()
        for child in self._programs:
            child.stop(patience=STOP_PATIENCE_SECONDS)
        if self._listener is not None:
            self._listener.close()
        self.services.stop()

    # --- steps ----------------------------------------------------------------------------
    def _start_over_after_interruption(self, local: LocalSecrets) -> None:
        if self.services.postgres is None or not self.home.was_interrupted():
            return
        _report("The last start ended while loading; the database is made anew")
        roles.drop_database(postgres=self.services.postgres)
        roles.ensure_roles(
            postgres=self.services.postgres,
            owner_password=local.postgres_owner,
            application_password=local.postgres_application,
        )
        self.home.forget_loading()

    def _environment(self, local: LocalSecrets) -> dict[str, str]:
        chosen = {
            **local.for_settings(),
            "DEBUG": "False",
            "SECURE_TRANSPORT": "False",
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "MEDIA_ROOT": str(self.home.media),
            "STATIC_ROOT": str(self.home.static),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONUNBUFFERED": "1",
        }
        chosen |= self.services.environment()
        self.home.write_environment({n: v for n, v in chosen.items() if n != "DATABASE_OWNER_URL"})
        return {**os.environ, **chosen}

    def _prepare(self, environment: Mapping[str, str]) -> None:
        command = [sys.executable, "-m", "config.demo.prepare"]
        load = not self.home.is_loaded(self.services.database_url)
        if load:
            self.home.begin_loading()
            command += ["--load", str(self.home.sign_ins)]
        self._preparation = subprocess.Popen(  # noqa: S603
            command,
            env=dict(environment),
            cwd=PROJECT,
            start_new_session=True,
            preexec_fn=processes.die_with_parent(signal.SIGTERM),
        )
        if self._preparation.wait() != 0:
            raise ServiceError("The preparation above failed; nothing was started.")
        if load:
            self.home.finish_loading(self.services.database_url)

    def _start_programs(self, environment: Mapping[str, str]) -> str:
        self._listener = _listen(self._first_port)
        # The programs run as the application role and never see the owner's address.
        running = {n: v for n, v in environment.items() if n != "DATABASE_OWNER_URL"}
        descriptor = self._listener.fileno()
        python = Path(sys.executable)
        # fmt: off
        self._run("web", running, [
            python, "-m", "gunicorn", "--config", "python:config.gunicorn",
            "--bind", f"fd://{descriptor}", "--graceful-timeout", "10",
        ], pass_fds=(descriptor,))
        # The first page comes sooner when the others do not compete for the processor.
        port = self._listener.getsockname()[1]
        self._await_web(port)
        self._run("worker", running, [
            python, "-m", "celery", "-A", "config", "worker", "--concurrency", "2",
            "--loglevel", "INFO", "--without-gossip", "--without-mingle",
        ])
        self._run("beat", running, [
            python, "-m", "celery", "-A", "config", "beat", "--loglevel", "INFO", "--pidfile", "",
            "--schedule", self.home.root / "beat-schedule",
        ])
        # fmt: on
        return f"http://localhost:{port}/"

    def _run(
        self,
        name: str,
        environment: Mapping[str, str],
        command: list[str | Path],
        *,
        pass_fds: tuple[int, ...] = (),
    ) -> None:
        self._programs.append(
            processes.start(
                name=name,
                command=command,
                log=self.home.logs / f"{name}.log",
                environment={**environment, "PROCESS_NAME": f"makegood-{name}"},
                working_directory=PROJECT,
                pass_fds=pass_fds,
            )
        )

    def _await_web(self, port: int) -> None:
        web = self._programs[0]
        deadline = time.monotonic() + WEB_PATIENCE_SECONDS
        while time.monotonic() < deadline and web.is_running():
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).close()
                return
            except (urllib.error.URLError, OSError):
                time.sleep(_POLL_SECONDS)
        raise ServiceError(f"The web server does not answer:\n{log_tail(web.log)}")


def _listen(first: int) -> socket.socket:
    """Returns a listening socket on the next free port; held here, so nobody takes it first."""
    for port in range(first, max(LAST_PORT, first) + 1):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen(256)
        except OSError:
            listener.close()
            continue
        return listener
    raise ServiceError(f"No port from {first} to {max(LAST_PORT, first)} is free.")


def _report(text: str) -> None:
    print(f"  {text}", flush=True)


def _raise_stop(number: int, frame: FrameType | None) -> None:
    raise StopRequested(signal.Signals(number).name)

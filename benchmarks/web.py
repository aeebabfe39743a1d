"""A real gunicorn on the database in use, and requests to it over kept connections."""

from __future__ import annotations

import http.client
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.embedded import processes
from config.embedded.faults import ServiceError, log_tail

_PATIENCE_SECONDS = 60.0
_STOP_SECONDS = 10.0


class UnexpectedAnswer(AssertionError):
    """A page that is measured answered something else than itself."""


@dataclass(frozen=True, slots=True)
class Web:
    """A running web server and the cookie its requests carry."""

    port: int
    cookies: Mapping[str, str]

    def seconds_of(self, addresses: Sequence[str], *, who: str, at_once: int = 1) -> list[float]:
        """Requests addresses, some at once; returns the seconds of each request."""
        parts = [addresses[start::at_once] for start in range(at_once)]
        with ThreadPoolExecutor(max_workers=at_once) as pool:
            done = [pool.submit(self._request_all, part, who) for part in parts]
            return [seconds for future in done for seconds in future.result()]

    def _request_all(self, addresses: Sequence[str], who: str) -> list[float]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        taken = []
        for address in addresses:
            begun = time.perf_counter()
            connection.request("GET", address, headers={"Cookie": self.cookies[who]})
            answer = connection.getresponse()
            answer.read()
            taken.append(time.perf_counter() - begun)
            if answer.status not in (200, 302):
                raise UnexpectedAnswer(f"{address} answered {answer.status}.")
        connection.close()
        return taken


@contextmanager
def serve(
    *, environment: Mapping[str, str], cookies: Mapping[str, str], logs: Path
) -> Iterator[Web]:
    """Runs gunicorn as on a small server for as long as the block runs."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    descriptor, port = listener.fileno(), listener.getsockname()[1]
    # fmt: off
    child = processes.start(
        name="web",
        command=[
            sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn",
            "--bind", f"fd://{descriptor}",
        ],
        log=logs / "web.log",
        environment=environment,
        pass_fds=(descriptor,),
    )
    # fmt: on
    try:
        _await_answer(child, port)
        yield Web(port, cookies)
    finally:
        child.stop(patience=_STOP_SECONDS)
        listener.close()


def _await_answer(child: processes.Child, port: int) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while child.is_running() and time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.2)
        finally:
            connection.close()
    raise ServiceError(f"The web server does not answer:\n{log_tail(child.log)}")

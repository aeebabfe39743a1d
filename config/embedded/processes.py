"""Child processes in groups of their own, which never outlive the process that started them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.embedded.system_user import SystemUser

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Child:
    """A started process and how it wants to be asked to stop."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals

    def is_running(self) -> bool:
        return self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Sends the polite signal to the process itself; it tells its own workers."""
        if self.is_running():
            self.process.send_signal(self.stop_signal)

    def stop(self, *, patience: float) -> None:
        """Asks, waits up to `patience` seconds, then kills what is left of the group."""
        self.ask_to_stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=patience)
        self._kill_group()
        self.process.wait()

    def _kill_group(self) -> None:
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return  # nobody of the group is left


def start(
    *,
    name: str,
    command: Sequence[str | Path],
    log: Path,
    environment: Mapping[str, str],
    stop_signal: signal.Signals = signal.SIGTERM,
    user: SystemUser | None = None,
    working_directory: Path | None = None,
    pass_fds: Sequence[int] = (),
) -> Child:
    """Starts `command` in a session of its own, its output appended to `log`.

    A terminal's Ctrl-C does not reach it, so its starter decides the order of stopping. On
    Linux the kernel sends it `stop_signal` when its starter is killed outright.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 - commands are built here, never from input
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=working_directory,
            start_new_session=True,
            pass_fds=tuple(pass_fds),
            preexec_fn=die_with_parent(stop_signal),
            # PostgreSQL: give up root before the program runs.
            user=None if user is None else user.uid,
            group=None if user is None else user.gid,
            extra_groups=None if user is None else [],
        )
    return Child(name=name, process=process, log=log, stop_signal=stop_signal)


def die_with_parent(stop_signal: signal.Signals) -> Callable[[], None] | None:
    """Returns what a new process runs to be signalled when its starter dies; None off Linux."""
    if _LIBC is None:
        return None
    number = int(stop_signal)
    return lambda: _LIBC.prctl(_PR_SET_PDEATHSIG, number)

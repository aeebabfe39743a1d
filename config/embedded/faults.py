"""What can go wrong while starting a service, in one line a person can act on."""

from __future__ import annotations

from pathlib import Path

LOG_TAIL_LINES = 15


class ServiceError(Exception):
    """A service could not be started or stopped; the text says what to do."""


def log_tail(log: Path) -> str:
    """Returns the last lines of a service's log, or a note that there is none."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return "(no log)"
    return "\n".join(lines[-LOG_TAIL_LINES:])

"""Services of a test run: started once by its first process, shared with its workers."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from config.embedded import secrets, services

VAR = Path(__file__).resolve().parent.parent.parent / "var"


def ensure_services() -> None:
    """Sets every variable the settings need; starts services where no address is given.

    Each run has a directory of its own, so two runs of one clone do not meet. Worker
    processes inherit the variables and start nothing.
    """
    _set_media_root()
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        _set_missing(secrets.make().for_settings() | {"SECURE_TRANSPORT": "False"})
        return
    VAR.mkdir(exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="test-", dir=VAR))
    home.chmod(0o711)  # PostgreSQL's account passes through, nobody lists
    local = secrets.make()
    started = services.start(home=home, secrets=local, durable=False, say=print)
    atexit.register(_finish, started, home, os.getpid())
    if started.postgres is not None:
        # Tests make databases of their own and try both roles out.
        os.environ["DATABASE_URL"] = started.postgres.superuser_url()
    os.environ["REDIS_URL"] = started.redis_url
    os.environ["EMBEDDED_SERVICES"] = "True"
    _set_missing(local.for_settings() | {"SECURE_TRANSPORT": "False"})


def _set_media_root() -> None:
    """Keeps uploaded files of the run, its workers' too, in one directory that is removed."""
    if "MEDIA_ROOT" not in os.environ:
        media = tempfile.mkdtemp(prefix="makegood-media-")
        os.environ["MEDIA_ROOT"] = media
        atexit.register(_remove, Path(media), os.getpid())


def _remove(directory: Path, starter: int) -> None:
    if os.getpid() == starter:
        shutil.rmtree(directory, ignore_errors=True)


def _set_missing(variables: dict[str, str]) -> None:
    for name, value in variables.items():
        if name not in os.environ and f"{name}_FILE" not in os.environ:
            os.environ[name] = value


def _finish(started: services.Services, home: Path, starter: int) -> None:
    if os.getpid() == starter:  # not in a forked child
        started.stop()
        _remove(home, starter)

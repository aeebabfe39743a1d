"""The directory in which the processes of one server keep their counts, so that any can show all.

prometheus_client reads its place from PROMETHEUS_MULTIPROC_DIR when it is first imported; hence
this module imports nothing of it. Gunicorn's master and a worker's main process call `prepare`
before they fork.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from config.environment import Environment

env = Environment()

VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"


def prepare() -> Path:
    """Makes the directory, empty: the counts of processes of an earlier start are gone with them.

    The one that VARIABLE names, else a new one that only this account can read.
    """
    named = env.text("PROMETHEUS_MULTIPROC_DIR", default="")
    if not named:
        named = os.environ[VARIABLE] = tempfile.mkdtemp(prefix="makegood-metrics-")
    directory = Path(named)
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in directory.glob("*.db"):
        old.unlink(missing_ok=True)
    return directory


def remove(directory: Path) -> None:
    """Takes the directory away when its server ends."""
    shutil.rmtree(directory, ignore_errors=True)

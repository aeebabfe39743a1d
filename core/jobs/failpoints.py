"""Dying on purpose, at a named place, so that tests can show what a crash leaves behind."""

from __future__ import annotations

import os
import signal
from typing import Final

from django.conf import settings

VARIABLE: Final = "MAKEGOOD_FAIL_AT"

_passed: dict[str, int] = {}


def failpoint(name: str) -> None:
    """Kills this process (SIGKILL, no clean-up) when the settings ask for it at this place.

    MAKEGOOD_FAIL_AT="import.after_batch:3" in the environment kills at the third passing of
    import.after_batch. Without it nothing happens; settings of a server refuse it.
    """
    armed: str = settings.FAIL_AT
    if not armed:
        return
    wanted, _, count = armed.partition(":")
    if wanted != name:
        return
    _passed[name] = _passed.get(name, 0) + 1
    if _passed[name] == int(count or 1):
        os.kill(os.getpid(), signal.SIGKILL)

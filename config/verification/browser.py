"""Finds the Chromium that the browser journeys drive."""

from __future__ import annotations

import os
import shutil

VARIABLE = "CHROMIUM"
_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def find_chromium() -> str | None:
    """Returns the path of a Chromium: the one CHROMIUM names, else the first on the PATH."""
    named = os.environ.get(VARIABLE)
    if named:
        return named if os.access(named, os.X_OK) else None
    return next((found for name in _NAMES if (found := shutil.which(name))), None)

"""Gathers the models of the app's concepts."""

from reporting.rollups.models import (
    BookDay,
    BookLine,
    BookRollup,
    EventLine,
    EventRollup,
    RollRollup,
)

__all__ = [
    "BookDay",
    "BookLine",
    "BookRollup",
    "EventLine",
    "EventRollup",
    "RollRollup",
]

"""Gathers the models of the app's concepts."""

from reporting.dossier.models import Dossier
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
    "Dossier",
    "EventLine",
    "EventRollup",
    "RollRollup",
]

"""What apps above tell the list of portfolios (settings.PORTFOLIO_NOTES)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Note:
    """Open cases and the newest close of one portfolio."""

    open_cases: int = 0
    last_close_on: dt.date | None = None
    last_close_state: str = ""
    last_close_name: str = ""
    last_close_href: str = ""


def notes_by_portfolio(portfolio_ids: Collection[UUID]) -> dict[UUID, Note]:
    """Returns the notes of the portfolios; one without any is left out."""
    found: dict[UUID, Note] = {}
    for path in settings.PORTFOLIO_NOTES:
        found |= import_string(path)(portfolio_ids)
    return found

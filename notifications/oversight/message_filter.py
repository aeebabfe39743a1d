"""What a list of messages is narrowed to: the filters of an address."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID


@dataclass(frozen=True, slots=True)
class MessageFilters:
    """One selection of the outbox; empty means everything."""

    state: str = ""
    portfolio: UUID | None = None
    channel: str = ""
    purpose: str = ""
    #: The day it is or was to be sent, on the clock of its portfolio.
    day: date | None = None
    reason: str = ""
    batch: UUID | None = None
    q: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Tells whether anything but the state is chosen."""
        return any(value for name, value in asdict(self).items() if name != "state")

    def query_string(self, **changes: Any) -> str:
        """Returns the filters as they stand in an address; `changes` replace, empty removes."""
        values = {**asdict(self), **changes}
        return urlencode({name: str(value) for name, value in values.items() if value})

    def codes(self) -> dict[str, str]:
        """Returns the filters as the trail keeps them: no text somebody typed."""
        return {name: str(v) for name, v in asdict(self).items() if v and name != "q"}

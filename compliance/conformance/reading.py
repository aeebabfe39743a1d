"""Reading values out of a scenario, refusing what is missing or not understood."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from typing import Any

from loans.conformance.reading import NotExpressible

__all__ = ["NotExpressible", "Row", "clock_of", "day_of", "instant_of", "require_known", "word_of"]

Row = Mapping[str, Any]


def require_known(row: Row, known: Collection[str], what: str) -> None:
    """Raises NotExpressible for a key that nothing here reads: left out, it would change a case."""
    strangers = sorted(set(row) - set(known))
    if strangers:
        raise NotExpressible(f"{what} says {', '.join(strangers)}, which nothing here stands for")


def instant_of(value: Any) -> datetime:
    """An instant with its offset. Raises NotExpressible for one without."""
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise NotExpressible(f"the instant {value} has no offset")
    return found


def day_of(value: Any) -> date:
    """A day, also where an instant is written."""
    return date.fromisoformat(str(value)[:10])


def clock_of(value: Any) -> time | None:
    """A time of day; nothing for 00:00 and 24:00, the ends of the day."""
    return None if value in (None, "00:00", "24:00") else time.fromisoformat(value)


def word_of(words: Mapping[str, Any], value: str, what: str) -> Any:
    """What a word of the scenarios is called here. Raises NotExpressible for another word."""
    if value not in words:
        raise NotExpressible(f"there is no {what} {value!r}")
    return words[value]

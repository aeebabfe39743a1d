"""What `c-tabs` and `layouts/tiles.html` are given."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Tab:
    """A page or list beside others, and how much stands there where that is counted."""

    label: str | Promise
    href: str
    is_current: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Tile:
    """One headline number with its formula. `tone` of the change: better, worse or neither."""

    label: str
    value: str
    href: str
    formula: str
    note: str
    change: str = ""
    tone: str = ""
    full: str = ""

"""A stretch of the staged rows of one import: the groups between two keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Part:
    """The groups behind one key up to another, that one included; without it, to the end."""

    after: str = ""
    through: str | None = None

    def condition(self) -> tuple[str, list[Any]]:
        """Returns the condition on the keys, and its values."""
        if self.through is None:
            return "group_key > %s", [self.after]
        return "group_key > %s AND group_key <= %s", [self.after, self.through]

"""What a benchmark yields: a measured figure, the floor of the same run, and the target."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic


@dataclass(slots=True)
class Stopwatch:
    """Seconds on the wall, and those of the processor that this process and its children took.

    Where others work on the same cores, only the second say what the work costs.
    """

    begun: float = field(default_factory=monotonic)
    cpu_begun: float = field(default_factory=lambda: sum(os.times()[:4]))
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def stop(self) -> Stopwatch:
        """Takes both times; children count once they were waited for."""
        self.seconds = monotonic() - self.begun
        self.cpu_seconds = sum(os.times()[:4]) - self.cpu_begun
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table.

    `floor` is the least that the same work can take on this machine with this data: a fixed
    script of plain SQL that ran in the same run. Targets are upper limits: `most` of the measured
    figure in its unit, `most_ratio` of measured over floor.
    """

    name: str
    measured: float
    unit: str
    floor: float | None = None
    most: float | None = None
    most_ratio: float | None = None
    limited_by: str = ""
    details: Mapping[str, float | int | str] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """Measured over floor, where there is a floor above nothing."""
        return self.measured / self.floor if self.floor else None

    @property
    def target(self) -> str:
        """The targets as words of the table; empty where the figure is only told."""
        parts = []
        if self.most_ratio is not None:
            parts.append(f"at most {self.most_ratio:g} x floor")
        if self.most is not None:
            parts.append(f"at most {self.most:g} {self.unit}".rstrip())
        return ", ".join(parts)

    @property
    def is_met(self) -> bool | None:
        """Whether every target holds; None where there is none or its floor is missing."""
        checks = []
        if self.most is not None:
            checks.append(self.measured <= self.most)
        if self.most_ratio is not None:
            if self.ratio is None:
                return None
            checks.append(self.ratio <= self.most_ratio)
        return all(checks) if checks else None

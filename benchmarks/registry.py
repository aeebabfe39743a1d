"""The benchmarks in the order they run: a name for the command line, and its module.

A module has `measure(stage) -> Iterator[Figure]`. It is imported once Django is set up, so it may
import anything of the project at its top. Its floor stands beside it, in `<module>_floor.py` or
`.sql`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.figures import Figure
    from benchmarks.stage import Stage

Measure = Callable[["Stage"], Iterator["Figure"]]

BENCHMARKS: dict[str, str] = {
    "build": "benchmarks.building",
    "import": "benchmarks.importing",
    "replay": "benchmarks.replaying",
    "pages": "benchmarks.paging",
    "close": "benchmarks.closing",
    "reserve": "benchmarks.reserving",
    "hints": "benchmarks.hinting",
    "claims": "benchmarks.claiming",
    "outbox": "benchmarks.outbox",
}


def measure_of(name: str) -> Measure:
    """Returns the function that yields a benchmark's figures."""
    measure: Measure = import_module(BENCHMARKS[name]).measure
    return measure

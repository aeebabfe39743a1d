"""The table a person reads, and the same figures as JSON for comparing runs."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.server import Server

HEADINGS = ("figure", "measured", "floor", "ratio", "target", "", "what limits it")
_SETTINGS = ("server_version", "shared_buffers", "fsync", "synchronous_commit", "wal_level")


def table(figures: Sequence[Figure]) -> str:
    """Returns the figures as lines of equal columns."""
    rows = [HEADINGS, *map(_cells, figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS) - 1)]
    lines = []
    for row in rows:
        left = f"{row[0]:<{widths[0]}}"
        numbers = (f"{row[at]:>{widths[at]}}" for at in (1, 2, 3))
        words = (f"{row[at]:<{widths[at]}}" for at in (4, 5))
        lines.append("  ".join([left, *numbers, *words, row[6]]).rstrip())
    rule = "-" * max(map(len, lines))
    return "\n".join([lines[0], rule, *lines[1:]])


def write(figures: Sequence[Figure], *, server: Server, folder: Path) -> Path:
    """Writes the run as JSON, named by its moment; returns where."""
    now = datetime.now(UTC)
    run = {
        "at": now.isoformat(timespec="seconds"),
        "machine": machine(),
        "server": server.settings(*_SETTINGS),
        "figures": [
            asdict(figure) | {"ratio": figure.ratio, "is_met": figure.is_met} for figure in figures
        ],
    }
    path = folder / f"{now:%Y%m%d-%H%M%S}.json"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(run, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def machine() -> dict[str, str | int]:
    """Returns what the figures depend on and a reader cannot see in them."""
    return {
        "cores": os.cpu_count() or 0,
        "memory_gb": round(memory_bytes() / 2**30),
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def memory_bytes() -> int:
    """Returns the memory of this machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _cells(figure: Figure) -> tuple[str, ...]:
    verdict = {True: "met", False: "MISSED", None: ""}[figure.is_met]
    return (
        figure.name,
        _amount(figure.measured, figure.unit),
        "" if figure.floor is None else _amount(figure.floor, figure.unit),
        "" if figure.ratio is None else f"{figure.ratio:.2f}",
        figure.target,
        verdict,
        figure.limited_by,
    )


def _amount(value: float, unit: str) -> str:
    if isinstance(value, int) or unit == "queries":
        return f"{value:,.0f} {unit}".rstrip()
    digits = 3 if value < 1 else 2 if value < 100 else 1
    return f"{value:,.{digits}f} {unit}".rstrip()

"""Geometry of the dashboards' charts: numbers in, coordinates for an SVG template out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

#: The widest bar, in the units of the drawing.
BAR_WIDTH = 480
BAR_LEFT = 76
CHART_HEIGHT = 150
#: A part narrower than this has no room for its number.
LEAST_LABELLED = 44


@dataclass(frozen=True, slots=True)
class BarPart:
    """One bucket's part of a stacked bar."""

    x: str
    middle: str
    width: str
    severity: int
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One stacked bar: a day, from current to worst."""

    label: str
    y: int
    text_y: int
    height: int
    parts: tuple[BarPart, ...]
    is_earlier: bool


def stacked_bars(
    *, rows: Sequence[tuple[str, Sequence[tuple[int, Decimal, str]]]]
) -> tuple[Bar, ...]:
    """Returns one bar per (label, [(severity, share, text)]), the first one taller."""
    bars = []
    y = 4
    for at, (label, shares) in enumerate(rows):
        height = 34 if at == 0 else 20
        x = Decimal(BAR_LEFT)
        parts = []
        for severity, part, text in shares:
            width = part * BAR_WIDTH
            if width > 0:
                shown = text if width >= LEAST_LABELLED else ""
                parts.append(
                    BarPart(
                        _px(x),
                        _px(x + width / 2),
                        _px(max(width - 1, Decimal("0.5"))),
                        severity,
                        shown,
                    )
                )
            x += width
        bars.append(Bar(label, y, y + height // 2 + 5, height, tuple(parts), at > 0))
        y += height + 8
    return tuple(bars)


@dataclass(frozen=True, slots=True)
class DayBar:
    """One day of money: what fell due as an outline, what came in inside of it."""

    x: str
    middle: str
    width: str
    due_y: str
    due_height: str
    settled_y: str
    settled_height: str
    pending_y: str
    pending_height: str
    label: str


def day_bars(
    *, days: Sequence[tuple[str, Decimal, Decimal, Decimal]], width: int = 560
) -> tuple[DayBar, ...]:
    """Returns the bars of (label, due, settled, pending) by day; labels where there is room."""
    top = max((max(due, settled + pending) for _label, due, settled, pending in days), default=None)
    if not top:
        return ()
    step = Decimal(width) / len(days)
    every = max(1, len(days) // 8)
    bars = []
    for at, (label, due, settled, pending) in enumerate(days):
        tall, inside, waiting = (part / top * CHART_HEIGHT for part in (due, settled, pending))
        x, wide = step * at + step / 10, min(step * 8 / 10, Decimal(64))
        bars.append(
            DayBar(
                x=_px(x),
                middle=_px(x + wide / 2),
                width=_px(wide),
                due_y=_px(CHART_HEIGHT - tall),
                due_height=_px(tall),
                settled_y=_px(CHART_HEIGHT - inside),
                settled_height=_px(inside),
                pending_y=_px(CHART_HEIGHT - inside - waiting),
                pending_height=_px(waiting),
                label=label if at % every == 0 else "",
            )
        )
    return tuple(bars)


def heat(share: Decimal | None) -> int:
    """Returns 0 to 4, how strongly a cell of the roll matrix is tinted."""
    if not share:
        return 0
    return 1 + sum(share >= step for step in (Decimal("0.1"), Decimal("0.25"), Decimal("0.5")))


def _px(value: Decimal) -> str:
    return f"{value:.1f}"

"""Objects that several pages share: the clock, the reader, tabs, verdicts."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace as Row
from typing import Any

AT = datetime(2026, 11, 23, 10, 27, 3, tzinfo=UTC)


USER = Row(
    is_authenticated=True,
    is_active=True,
    role="agent",
    token_scopes=None,
    full_name="Li Na",
    get_role_display="Agent",
    team_id=1,
    team="South",
    theme="light",
)


def verdict(state: str, chip: str, **more: Any) -> Row:
    return Row(state=state, chip=chip, **more)


def tabs(*names: tuple[str, int | None], current: int = 0) -> list[Row]:
    return [
        Row(label=name, href=f"?bucket={index}", is_current=index == current, count=count)
        for index, (name, count) in enumerate(names)
    ]

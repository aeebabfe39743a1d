"""What differs between two versions of a strategy, line by line."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from collections_app.strategy.models import StrategyVersion
from collections_app.strategy.presentation import line_row
from collections_app.strategy.queries import lines_of


def difference(old: StrategyVersion | None, new: StrategyVersion) -> dict[str, Any]:
    """Returns the lines that come, go and change, each change part by part; `count` of all."""
    before, after = _rows(old), _rows(new)
    changed = [
        {"code": code, "name": after[code]["name"], "parts": parts}
        for code in after
        if code in before and (parts := _parts(before[code], after[code]))
    ]
    found: dict[str, Any] = {
        "added": [row for code, row in after.items() if code not in before],
        "removed": [row for code, row in before.items() if code not in after],
        "changed": changed,
    }
    whole = _whole(old, new) if old is not None else []
    if whole:
        changed.insert(0, {"code": "", "name": _("The whole strategy"), "parts": whole})
    found["count"] = sum(len(found[name]) for name in ("added", "removed", "changed"))
    return found


def _whole(old: StrategyVersion, new: StrategyVersion) -> list[tuple[str, str, str]]:
    """What holds for all lines and differs; without days of its own heat makes no difference."""
    as_all = _("as for all")
    told = [
        (_("Days between messages"), old.days_between, new.days_between),
        (
            _("Days between messages, strained or hot"),
            old.heated_days_between or as_all,
            new.heated_days_between or as_all,
        ),
    ]
    return [(word, str(before), str(after)) for word, before, after in told if before != after]


def _rows(version: StrategyVersion | None) -> dict[str, dict[str, Any]]:
    if version is None:
        return {}
    portfolio = version.strategy.portfolio
    rows = (line_row(line, portfolio) for line in lines_of(version))
    return {row["code"]: row | {"place": str(place)} for place, row in enumerate(rows, start=1)}


def _parts(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, str]]:
    words = {
        "name": _("Name"),
        "place": _("Place in the order"),
        "when": _("Which day"),
        "whom": _("For whom"),
        "what": _("Message"),
        "at": _("At"),
        "useful": _("Useful for"),
    }
    return [
        (word, str(before[key]), str(after[key]))
        for key, word in words.items()
        if before[key] != after[key]
    ]

"""What became of callbacks, visits and plans, as lines of the timeline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from collections_app.desk.callback_events import happened_to_callback
from collections_app.desk.case_history import CALLBACK, PLAN, VISIT, HistoryLine
from collections_app.desk.plan_events import happened_to_plan
from collections_app.desk.visit_events import happened_to_visit

#: Beginning of a line's kind -> its sentence, icon and filter.
_AGREED: Final[dict[str, tuple[Callable[[HistoryLine], str], str, str]]] = {
    CALLBACK: (happened_to_callback, "clock", "contact"),
    VISIT: (happened_to_visit, "place", "contact"),
    PLAN: (happened_to_plan, "promise", "promise"),
}


def happened_to_agreed(line: HistoryLine) -> tuple[str, str, str] | None:
    """The sentence, icon and filter of a line about one of them; None for another line."""
    for beginning, (sentence, icon, kind) in _AGREED.items():
        if line.kind.startswith(beginning):
            return sentence(line), icon, kind
    return None

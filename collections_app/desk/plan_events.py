"""What became of a plan, as a line of the timeline."""

from __future__ import annotations

from django.utils.translation import gettext as _

from collections_app.desk.case_history import PLAN, HistoryLine
from collections_app.plans.flow import PlanKind, PlanState


def happened_to_plan(line: HistoryLine) -> str:
    """The sentence of one event: the kind of plan and the state it came to."""
    return _("Plan: %(kind)s, %(state)s") % {
        "kind": PlanKind(line.before).label,
        "state": PlanState(line.kind.removeprefix(PLAN)).label,
    }

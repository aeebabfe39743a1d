"""What visits learn from facts: a case that is over ends those still to be made."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError

from collections_app.cases.flow import CaseState
from collections_app.cases.models import CaseEvent, CaseEventKind
from collections_app.visits.models import Visit
from collections_app.visits.services import cancel_visit
from core.audit.actors import SYSTEM
from core.facts.services import consume

_ENDS = frozenset({CaseEventKind.CURED, CaseEventKind.CLOSED})


def follow_cases() -> int:
    """A case that is over needs no visit. One that began already is made to its end."""
    return consume(consumer="visits.cases", model=CaseEvent, handler=_cases)


def _cases(events: Sequence[CaseEvent]) -> None:
    over = {event.case_id for event in events if event.kind in _ENDS}
    if not over:
        return
    for visit in Visit.objects.pending().filter(case__in=over).select_related("case"):
        if visit.case.state == CaseState.OPEN:
            continue
        try:
            cancel_visit(visit=visit, reason=str(visit.case.get_close_reason_display()), by=SYSTEM)
        except ValidationError:
            continue  # at the door already

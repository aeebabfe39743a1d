"""What happened to proceedings and demand letters, as lines of the timeline."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat, JSONObject
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from collections_app.legal.flow import ProceedingKind, step_of
from collections_app.legal.letter_flow import LetterState
from collections_app.legal.letter_models import DemandLetterEvent
from collections_app.legal.models import ProceedingEvent

if TYPE_CHECKING:
    from collections_app.desk.case_history import HistoryLine

#: Before the kind of proceedings, and of a demand letter.
PROCEEDING: Final = "proceeding:"
DEMAND: Final = "demand_letter:"


def proceedings_of(loan: UUID) -> QuerySet[Any, Any]:
    """The stages that proceedings of the loan came to, in the columns of the history."""
    events = ProceedingEvent.objects.filter(proceeding__case__loan=loan)
    return events.values_list(
        Concat(Value(PROCEEDING, CharField()), _text("proceeding__kind")),
        _text("pk"),
        "known_at",
        _text("by"),
        _text("stage"),
        Cast(JSONObject(number="proceeding__number", on="on"), CharField()),
        _text("reason"),
    )


def letters_of(loan: UUID) -> QuerySet[Any, Any]:
    """The states that demand letters of the loan came to, in the columns of the history."""
    events = DemandLetterEvent.objects.filter(letter__case__loan=loan)
    return events.values_list(
        Value(DEMAND, CharField()),
        _text("pk"),
        "known_at",
        _text("by"),
        _text("state"),
        Cast(JSONObject(number="letter__number", on="on"), CharField()),
        _text("reason"),
    )


def happened_in_court(line: HistoryLine) -> tuple[str, str]:
    """The sentence and icon of a stage of proceedings or a state of a demand letter."""
    said = json.loads(line.after)
    day = date_format(date.fromisoformat(said["on"]), _("j M Y"))
    if line.kind == DEMAND:
        words = {"number": f"D-{said['number']:04}", "state": LetterState(line.before).label}
        return _("Demand letter %(number)s: %(state)s on %(day)s") % {**words, "day": day}, "letter"
    kind = line.kind.removeprefix(PROCEEDING)
    words = {
        "number": f"L-{said['number']:04}",
        "kind": ProceedingKind(kind).label,
        "stage": step_of(kind, line.before).name,
    }
    return _("%(number)s %(kind)s: %(stage)s on %(day)s") % {**words, "day": day}, "scales"


def _text(name: str) -> Any:
    return Cast(F(name), CharField())

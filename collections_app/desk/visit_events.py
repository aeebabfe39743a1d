"""What happened to a visit, as a line of the timeline."""

from __future__ import annotations

import json
from datetime import datetime

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collections_app.desk.case_history import VISIT, HistoryLine
from collections_app.visits.models import VisitEventKind
from core import clock

_SENTENCES: dict[str, Promise] = {
    VisitEventKind.REQUESTED: gettext_lazy("Visit asked for"),
    VisitEventKind.PLANNED: gettext_lazy("Visit planned for %(when)s, by %(who)s"),
    VisitEventKind.MOVED: gettext_lazy("Visit moved to %(when)s, by %(who)s"),
    VisitEventKind.TAKEN_OFF: gettext_lazy("Visit not made, to be planned anew"),
    VisitEventKind.NOTICE: gettext_lazy("Visit announced"),
    VisitEventKind.REFUSED: gettext_lazy("Visit of %(when)s refused by the gate"),
    VisitEventKind.CHECKED_IN: gettext_lazy("%(who)s checked in at a visit"),
    VisitEventKind.CASH: gettext_lazy("Cash taken at a visit, to be handed in"),
    VisitEventKind.HANDED_IN: gettext_lazy("Cash of a visit handed in"),
    VisitEventKind.NO_WORD: gettext_lazy("No word from %(who)s at a visit, the lead was told"),
    VisitEventKind.HELP: gettext_lazy("%(who)s asked for help at a visit"),
    VisitEventKind.CANCELLED: gettext_lazy("Visit cancelled"),
}


def happened_to_visit(line: HistoryLine) -> str:
    """The sentence of one event; the time of a visit is that of the address."""
    planned = json.loads(line.after)
    when = "–"
    if planned["opens_at"]:
        opens = datetime.fromisoformat(planned["opens_at"])
        when = date_format(opens.astimezone(clock.zone_of(planned["zone"])), _("j M H:i"))
    return str(_SENTENCES[line.kind.removeprefix(VISIT)]) % {
        "when": when,
        "who": line.before or "–",
    }

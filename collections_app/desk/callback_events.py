"""What happened to a callback, as a line of the timeline."""

from __future__ import annotations

import json
from datetime import datetime

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collections_app.callbacks.models import CallbackEventKind
from collections_app.desk.case_history import CALLBACK, HistoryLine
from core import clock

_SENTENCES: dict[str, Promise] = {
    CallbackEventKind.AGREED: gettext_lazy("Callback agreed for %(when)s"),
    CallbackEventKind.RESCHEDULED: gettext_lazy("Callback moved to %(when)s"),
    CallbackEventKind.HANDED_ON: gettext_lazy("Callback of %(when)s handed on to %(who)s"),
    CallbackEventKind.TRIED: gettext_lazy("Callback of %(when)s tried, not reached"),
    CallbackEventKind.HEARD_FROM: gettext_lazy(
        "In touch before the callback of %(when)s, which stays"
    ),
    CallbackEventKind.MISSED: gettext_lazy("Callback of %(when)s missed"),
    CallbackEventKind.MET: gettext_lazy("Callback of %(when)s met"),
    CallbackEventKind.CANCELLED: gettext_lazy("Callback of %(when)s cancelled"),
    CallbackEventKind.TAKEN_BACK: gettext_lazy(
        "What was said of the callback of %(when)s is taken back"
    ),
    CallbackEventKind.ENDED: gettext_lazy("Callback of %(when)s ended with the case"),
}


def happened_to_callback(line: HistoryLine) -> str:
    """The sentence of one event; its time is the one on the person's own clock."""
    agreed = json.loads(line.after)
    due_at = datetime.fromisoformat(agreed["due_at"]).astimezone(clock.zone_of(agreed["zone"]))
    return str(_SENTENCES[line.kind.removeprefix(CALLBACK)]) % {
        "when": date_format(due_at, _("j M H:i")),
        "who": line.before or _("the team"),
    }

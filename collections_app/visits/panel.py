"""The visits of a case still to be made, for its page: read with the case, in no own query."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.visits.flow import VisitState
from collections_app.visits.presentation import MARKS
from core import clock
from loans.borrowers.presentation import lang_of


def visits_context(case: Case, user: User, facts: list[dict[str, Any]]) -> dict[str, Any]:
    """Returns what `visits/panel.html` shows; `facts` as `visits_of_outer_case` reads them."""
    may_ask = case.state == CaseState.OPEN and has_right(user, "visit.request")
    return {
        "visits": [_row(row) for row in facts],
        "request_visit_href": reverse("desk:ask_visit", args=[case.pk]) if may_ask else "",
    }


def _row(row: dict[str, Any]) -> dict[str, Any]:
    state = VisitState(row["state"])
    is_refused = state == VisitState.PLANNED and row["refused_at"]
    agent = row["agent"] or ""
    return {
        "href": reverse("visits:visit", args=[row["pk"]]),
        "mark": "failed" if is_refused else MARKS[state],
        "state_name": _("refused by the gate") if is_refused else state.label,
        "purpose": row["name_zh"] if (get_language() or "").startswith("zh") else row["name"],
        "address": row["address"],
        "when": _when(row),
        "agent": agent,
        "agent_lang": lang_of(agent),
    }


def _when(row: dict[str, Any]) -> str:
    if not row["opens_at"]:
        return ""
    zone = clock.zone_of(row["zone"])
    opens = datetime.fromisoformat(row["opens_at"]).astimezone(zone)
    closes = datetime.fromisoformat(row["closes_at"]).astimezone(zone)
    return _("%(day)s, %(opens)s to %(closes)s") % {
        "day": date_format(opens, _("j M")),
        "opens": f"{opens:%H:%M}",
        "closes": f"{closes:%H:%M}",
    }

"""The legal side of a case, for its page: limitation, matters, and the days that are due."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.legal.flow import DeadlineKind, Stage, step_of
from collections_app.legal.letter_flow import LetterState
from collections_app.legal.letter_models import DemandLetter
from collections_app.legal.limitation import (
    CITATION,
    COUNTRY,
    limitation_facts,
    limitation_of,
    runs_for,
)
from collections_app.legal.models import LegalDeadline, Proceeding
from collections_app.legal.wording import (
    LETTER_MARKS,
    case_file_href,
    days_left,
    limitation_view,
    upper_first,
)
from core import clock
from core.calendars import HolidayCalendar, load_revision

_MOST: Final = 3
_SHOWN: Final = ("has_clocks", "called_on", "matters", "letters")


def legal_facts() -> Any:
    """What the panel shows, as one column of a query over cases: no query of its own."""
    case = OuterRef("pk")
    matters = Proceeding.objects.filter(case=case).order_by("-number")
    letters = DemandLetter.objects.filter(case=case).order_by("-number")
    due = LegalDeadline.objects.open().filter(case=case).order_by("due_on", "pk")
    return JSONObject(
        limitation=limitation_facts(),
        calendar=Subquery(HolidayCalendar.objects.filter(code=COUNTRY).values("revision")[:1]),
        matters=ArraySubquery(
            matters.values(facts=JSONObject(number="number", kind="kind", stage="stage"))[:_MOST]
        ),
        letters=ArraySubquery(
            letters.values(facts=JSONObject(number="number", state="state"))[:_MOST]
        ),
        due=ArraySubquery(
            due.values(facts=JSONObject(code="code", on="due_on", is_hard="is_hard"))[:_MOST]
        ),
    )


def legal_context(case: Any, user: User) -> dict[str, Any]:
    """Returns what `legal/panel.html` shows, from the case's `legal` column; None: nothing."""
    facts, today = case.legal, clock.local_today(case.portfolio.time_zone)
    limitation = _limitation(case, facts, today)
    shown = {
        "limitation": limitation,
        "has_clocks": runs_for(case),
        "called_on": _day_or_none(facts["limitation"]["called"]),
        "matters": [_matter(row) for row in facts["matters"]],
        "letters": [_letter(row) for row in facts["letters"]],
        "days": [_day(row, today) for row in facts["due"]],
        "file_href": case_file_href(case) if has_right(user, "legal.view") else "",
    }
    is_empty = not any(shown[name] for name in (*_SHOWN, "file_href"))
    return {"legal": None if is_empty else shown}


def _limitation(case: Any, facts: Any, today: date) -> dict[str, Any] | None:
    if not runs_for(case) or not facts["calendar"]:
        return None
    days = load_revision(code=COUNTRY, revision=UUID(facts["calendar"]))
    return limitation_view(limitation_of(facts["limitation"], days), today, CITATION)


def _day_or_none(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _matter(row: dict[str, Any]) -> dict[str, str]:
    step = step_of(row["kind"], row["stage"])
    return {
        "label": f"L-{row['number']:04}",
        "kind": step_kind(row["kind"]),
        "stage": step.name,
        "mark": "done" if step.stage == Stage.ENDED else "running",
    }


def step_kind(kind: str) -> str:
    """Returns a kind of proceedings in words."""
    return str(dict(Proceeding._meta.get_field("kind").flatchoices)[kind])


def _letter(row: dict[str, Any]) -> dict[str, str]:
    state = LetterState(row["state"])
    return {
        "label": f"D-{row['number']:04}",
        "state": str(state.label),
        "mark": LETTER_MARKS[state],
    }


def _day(row: dict[str, Any], today: date) -> dict[str, Any]:
    on = date.fromisoformat(row["on"])
    return {
        "what": upper_first(str(DeadlineKind(row["code"]).label)),
        "on": on,
        "left": days_left((on - today).days),
        "is_hard": row["is_hard"],
        "is_over": on < today,
    }

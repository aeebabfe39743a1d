"""What the pages of complaints show."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access.decorators import has_right
from accounts.models import User
from compliance.complaints.flow import ComplaintClock, ComplaintOutcome, ComplaintStatus
from compliance.complaints.forms import (
    AcknowledgeForm,
    AnswerForm,
    AssignForm,
    CloseForm,
    ExtendForm,
    ReopenForm,
)
from compliance.complaints.models import Complaint, ComplaintEvent, ComplaintStep
from compliance.complaints.queries import VIEWS, RegisterCounts, next_clock, who_may_answer
from compliance.gate.citations import citation_text
from compliance.navigation import compliance_tabs
from compliance.registers.wording import moment_text, said, upper_first
from core import clock
from core.encryption.words import words_in
from core.ids import uuid7
from loans.borrowers.presentation import lang_of, shown_name

_MARKS = {
    ComplaintStatus.OPEN: "running",
    ComplaintStatus.ANSWERED: "uncertain",
    ComplaintStatus.CLOSED: "done",
}
#: Days before the last one from which on the clock is marked.
_SOON_DAYS = 3


def clock_text(complaint: Complaint, clock_code: str) -> str:
    """A clock by its days from receipt; where there are three terms, by its name too."""
    clocks, name = list(ComplaintClock), ComplaintClock(clock_code)
    days = complaint.answer_days[clocks.index(name)]
    if len(complaint.answer_days) < len(clocks):
        return _("%(n)d days from receipt") % {"n": days}
    return _("%(clock)s: %(n)d days from receipt") % {"clock": name.label, "n": days}


def clock_mark(complaint: Complaint, today: date) -> dict[str, Any]:
    """The state of a complaint and of its clock: days left, due day, late or soon."""
    left = (complaint.due_on - today).days
    is_open = complaint.status == ComplaintStatus.OPEN
    tone, text = "", ""
    if is_open and left < 0:
        tone = "late"
        text = ngettext("%(n)d day late", "%(n)d days late", -left) % {"n": -left}
    elif is_open and left == 0:
        tone, text = "soon", _("due today")
    elif is_open:
        tone = "soon" if left <= _SOON_DAYS else ""
        text = ngettext("%(n)d day left", "%(n)d days left", left) % {"n": left}
    return {
        "state": "failed" if tone == "late" else _MARKS[ComplaintStatus(complaint.status)],
        "status": str(complaint.get_status_display()),
        "clock_text": text,
        "clock_tone": tone,
        "clock_name": clock_text(complaint, complaint.clock),
        "due_on": complaint.due_on,
        "is_open": is_open,
    }


def view_tabs(counts: RegisterCounts, current: str, query: dict[str, str]) -> list[dict[str, Any]]:
    """The views of the register with how many stand in each."""
    labels = {
        "unclosed": _("Not closed"),
        "overdue": _("Late"),
        "open": _("Unanswered"),
        "answered": _("Answered"),
        "closed": _("Closed"),
        "all": _("All"),
    }
    here = reverse("complaints:list")
    return [
        {
            "label": labels[view],
            "href": f"{here}?{urlencode({**query, 'view': view})}",
            "is_current": view == current,
            "count": f"{getattr(counts, view):,}",
            "is_wrong": view == "overdue" and counts.overdue > 0,
        }
        for view in VIEWS
    ]


def register_row(complaint: Complaint) -> dict[str, Any]:
    """One line of the register."""
    today = clock.local_today(complaint.portfolio.time_zone)
    owner = complaint.owner.get_full_name() if complaint.owner else ""
    return {
        "href": reverse("complaints:complaint", args=[complaint.pk]),
        "number": complaint.label,
        "person": shown_name(complaint.party),
        "lang": lang_of(complaint.party.full_name),
        "category": upper_first(complaint.get_category_display()),
        "portfolio": complaint.portfolio.name,
        "portfolio_lang": lang_of(complaint.portfolio.name),
        "received_on": complaint.received_at.astimezone(_zone(complaint)).date(),
        "owner": owner,
        "owner_lang": lang_of(owner),
        **clock_mark(complaint, today),
    }


def complaint_context(complaint: Complaint, user: User, refused: Any = None) -> dict[str, Any]:
    """One complaint: what was said, its clock, its steps, and what this user may do next."""
    zone, loan = _zone(complaint), complaint.loan
    text = words_in(complaint, "text", key=complaint.party.data_key)
    events = list(complaint.events.order_by("at", "pk"))
    told = next((event for event in events if event.step == ComplaintStep.CONFIRMED), None)
    return {
        "complaint": {
            "number": complaint.label,
            "person": shown_name(complaint.party),
            "lang": lang_of(complaint.party.full_name),
            "person_href": reverse("registers:person", args=[complaint.party_id]),
            "contract_no": loan.contract_no if loan else "",
            "loan_href": reverse("contracts:loan", args=[loan.pk]) if loan else "",
            "category": upper_first(complaint.get_category_display()),
            "channel": upper_first(complaint.get_channel_display()),
            "portfolio": complaint.portfolio.name,
            "portfolio_lang": lang_of(complaint.portfolio.name),
            "received": moment_text(complaint.received_at, zone),
            "registered_by": said(complaint.registered_by),
            "owner": said(complaint.owner.get_full_name() if complaint.owner else ""),
            "outcome": upper_first(complaint.get_outcome_display()),
            "text": text,
            "text_lang": lang_of(text),
            **_grounds(complaint, told),
            **clock_mark(complaint, clock.local_today(complaint.portfolio.time_zone)),
        },
        "stop_text": _stop_text(complaint),
        "events": [_event(complaint, row, zone) for row in events],
        "compliance_tabs": compliance_tabs(user, "complaints:list"),
        "list_href": reverse("complaints:list"),
        "zone_name": str(zone),
        **_actions(complaint, user, refused, is_told=told is not None),
    }


def _grounds(complaint: Complaint, told: ComplaintEvent | None) -> dict[str, Any]:
    """Where the clock is written, and when the person was told that the complaint came in."""
    citation = citation_text(complaint.clock_citation)
    return {
        "clock_rule": complaint.clock_rule,
        "citation": citation,
        "citation_lang": lang_of(citation),
        "acknowledge_by": complaint.acknowledge_by,
        "acknowledged": moment_text(told.at, _zone(complaint)) if told else "",
    }


def _stop_text(complaint: Complaint) -> str:
    if complaint.status == ComplaintStatus.CLOSED:
        return _("Its stop is lifted.")
    if complaint.loan is not None:
        return _("Contact about this loan stays stopped until the complaint is closed.")
    return _("Contact with the person stays stopped until the complaint is closed.")


def _event(complaint: Complaint, row: ComplaintEvent, zone: ZoneInfo) -> dict[str, Any]:
    text = words_in(row, "text", key=complaint.party.data_key)
    return {
        "at": row.at.astimezone(zone),
        "shown_at": moment_text(row.at, zone),
        "name": _step(complaint, row),
        "icon": _ICONS[ComplaintStep(row.step)],
        "by": said(row.by),
        "text": text,
        "lang": lang_of(text),
        "due_on": row.due_on,
    }


_ICONS = {
    ComplaintStep.REGISTERED: "flag",
    ComplaintStep.ASSIGNED: "person",
    ComplaintStep.CONFIRMED: "message",
    ComplaintStep.EXTENDED: "hourglass",
    ComplaintStep.ANSWERED: "message",
    ComplaintStep.REOPENED: "refresh",
    ComplaintStep.CLOSED: "check",
}


def _step(complaint: Complaint, row: ComplaintEvent) -> str:
    """The step in words; the clock or outcome it came to in the reader's language."""
    name = upper_first(row.get_step_display())
    if row.step == ComplaintStep.ASSIGNED:
        return _("Given to %(name)s") % {"name": row.word}
    if row.step == ComplaintStep.EXTENDED:
        return _("Extended: %(clock)s") % {"clock": clock_text(complaint, row.word)}
    if row.step == ComplaintStep.CLOSED:
        return _("Closed: %(outcome)s") % {"outcome": ComplaintOutcome(row.word).label}
    return name


def _actions(complaint: Complaint, user: User, refused: Any, *, is_told: bool) -> dict[str, Any]:
    """The forms of what may be done now; the refused one comes back as it was sent."""
    answers, decides = has_right(user, "complaint.answer"), has_right(user, "complaint.decide")
    is_open = complaint.status == ComplaintStatus.OPEN
    is_answered = complaint.status == ComplaintStatus.ANSWERED
    following = next_clock(complaint)
    is_late = complaint.due_on < clock.local_today(complaint.portfolio.time_zone)
    token = {"token": str(uuid7())}
    forms: dict[str, Any] = {}
    if answers and not complaint.closed_at:
        people = who_may_answer(complaint.portfolio)
        forms["assign"] = AssignForm(people=people, initial={**token, "owner": complaint.owner_id})
    if answers and is_open and complaint.acknowledge_by is not None and not is_told:
        forms["acknowledge"] = AcknowledgeForm(initial=token)
    if answers and is_open:
        forms["answer"] = AnswerForm(initial=token)
    if decides and is_open and following and not is_late:
        forms["extend"] = ExtendForm(initial={**token, "to": following})
    if answers and is_answered:
        forms["reopen"] = ReopenForm(initial=token)
    if decides and is_answered:
        forms["close"] = CloseForm(initial=token)
    if refused is not None:
        forms[refused[0]] = refused[1]
    return {
        f"{name}_form": {
            "form": form,
            "href": reverse(f"complaints:{name}", args=[complaint.pk]),
        }
        for name, form in forms.items()
    } | {"extend_to": clock_text(complaint, following) if following else ""}


def _zone(complaint: Complaint) -> ZoneInfo:
    return ZoneInfo(complaint.portfolio.time_zone)

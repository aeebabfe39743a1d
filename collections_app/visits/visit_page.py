"""One visit with everything that happened to it and was found."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.visits.announcing import notices_of, was_announced
from collections_app.visits.asking import NOTICE_REASONS, without_own
from collections_app.visits.flow import ON_A_ROUTE, VisitState
from collections_app.visits.forms import NoticeForm
from collections_app.visits.models import Visit, VisitEvent, VisitEventKind
from collections_app.visits.presentation import (
    check_in_text,
    local_text,
    result_name,
    visit_row,
)
from collections_app.visits.queries import note_text
from compliance.gate.facts import Decision
from compliance.gate.sentences import reason_sentence
from compliance.gate.services import judge
from core import clock
from loans.borrowers.presentation import lang_of
from notifications.outbox.reasons import short_name

_ICONS = {
    VisitEventKind.REQUESTED: "pencil",
    VisitEventKind.NOTICE_OWED: "letter",
    VisitEventKind.NOTICE: "letter",
    VisitEventKind.NOTICE_LOST: "warning",
    VisitEventKind.TOLD_OFF: "letter",
    VisitEventKind.REFUSED: "scales",
    VisitEventKind.BOOKED: "scales",
    VisitEventKind.CHECKED_IN: "place",
    VisitEventKind.CHECKED_OUT: "check",
    VisitEventKind.VEHICLE: "car",
    VisitEventKind.CASH: "payment",
    VisitEventKind.HANDED_IN: "payment",
    VisitEventKind.NO_WORD: "warning",
    VisitEventKind.HELP: "warning",
    VisitEventKind.CANCELLED: "cross",
}


def visit_context(visit: Any, user: User, *, notice_form: Any = None) -> dict[str, Any]:
    """Returns the context of a visit's page."""
    note = note_text(visit)
    return {
        "visit": visit_row(visit, user),
        "case_href": _case_href(visit, user),
        "list_href": reverse("visits:list"),
        "note": note,
        "note_lang": lang_of(note),
        "requested": _("%(who)s, %(when)s")
        % {
            "who": visit.requested_by.get_full_name(),
            "when": local_text(visit.requested_at, visit),
        },
        "zone_name": visit.time_zone,
        "check_in": check_in_text(visit),
        "is_recording": visit.check_in.is_recording if hasattr(visit, "check_in") else None,
        "left": local_text(visit.left_at, visit),
        "result": result_name(visit),
        "gate": gate_facts(visit),
        "events": [_event(row, visit) for row in visit.events.order_by("-pk")],
        "photos": [_photo(row, visit) for row in visit.photos.select_related("file")],
        "sightings": list(visit.sightings.order_by("pk")),
        "receipts": [_receipt(row, visit, user) for row in visit.receipts.select_related("by")],
        "currency": visit.case.portfolio.currency,
        **_actions(visit, user),
        "notices": [
            _notice(row, visit, user) for row in notices_of(visit).select_related(*_SENT_TO)
        ],
        "served": _served(visit),
        "send_notice_href": _send_notice_href(visit, user),
        "notice_form": _notice_form(visit, user, notice_form),
        "notice_href": reverse("visits:notice", args=[visit.pk]),
    }


#: What a line about a notice reads besides the message.
_SENT_TO: Final = ("contact_point", "address", "letter__batch")
_NOTICE_ICONS: Final = {"email": "mail", "sms": "message", "letter": "letter"}


def _notice(message: Any, visit: Visit, user: User) -> dict[str, Any]:
    """One notice that was owed: how, where to, and what became of it."""
    place = message.contact_point or message.address
    may_see = has_right(user, "message.view")
    return {
        "icon": _NOTICE_ICONS[message.channel],
        "way": message.get_channel_display(),
        "masked": place.masked,
        "mark": _NOTICE_MARKS.get(message.state, "failed"),
        "state_name": _notice_state(message),
        "why": short_name(message.reason) if message.reason else "",
        "at": local_text(message.planned_at, visit),
        "until": local_text(message.expires_at, visit) if message.state == "waiting" else "",
        "href": reverse("messages:message", args=[message.pk]) if may_see else "",
    }


#: Where a notice stands -> the shape of its mark; everything else is lost.
_NOTICE_MARKS: Final = {
    "waiting": "waiting",
    "sending": "running",
    "uncertain": "uncertain",
    "accepted": "done",
    "delivered": "done",
    "cancelled": "uncertain",
}


def _notice_state(message: Any) -> str:
    """A letter is said to be printed before it is posted: only then its days begin."""
    letter = getattr(message, "letter", None)
    if letter is not None and message.state == "accepted":
        is_posted = letter.batch is not None and letter.batch.posted_on is not None
        return _("posted") if is_posted else _("to be posted")
    return str(message.get_state_display())


def _served(visit: Visit) -> str:
    """On which day and how the notice that counts was served; nothing where none was."""
    if visit.notice is None:
        return ""
    return _("%(day)s, %(how)s") % {
        "day": date_format(visit.notice.served_on, _("j M Y")),
        "how": visit.notice.get_how_display(),
    }


def _send_notice_href(visit: Visit, user: User) -> str:
    may = has_right(user, "visit.plan") and visit.state in ON_A_ROUTE
    return (
        reverse("visits:send_notice", args=[visit.pk]) if may and not was_announced(visit) else ""
    )


def _case_href(visit: Visit, user: User) -> str:
    """Who only made or planned the visit sees its case no longer than until it is made."""
    seen = Case.objects.visible_to(user).filter(pk=visit.case_id).exists()
    return reverse("desk:case", args=[visit.case_id]) if seen else ""


def gate_facts(visit: Visit) -> dict[str, Any] | None:
    """What the gate would say at the hour of a visit still to be made, or now. Stores nothing."""
    if visit.state not in (VisitState.REQUESTED, *ON_A_ROUTE):
        return None
    at = max(visit.opens_at or clock.now(), clock.now())
    return gate_words(judge(without_own(visit, at)), visit)


def gate_words(decision: Decision, visit: Visit) -> dict[str, Any]:
    """The gate's answer for a page: its state, the reasons and when it opens."""
    reasons = [reason_sentence(found.reason, found.values) for found in decision.denials]
    opens = decision.next_allowed_at
    return {
        "state": "allowed" if decision.allowed else "later" if opens else "stopped",
        "answer": _("You may visit") if decision.allowed else _("Do not visit"),
        "why": " · ".join(reasons),
        "until": _("opens %(time)s there") % {"time": local_text(opens, visit)} if opens else "",
        "citation": decision.denials[0].citation if decision.denials else "",
        "needs_notice": any(found.reason in NOTICE_REASONS for found in decision.denials),
    }


def _actions(visit: Visit, user: User) -> dict[str, str]:
    may_plan = has_right(user, "visit.plan")
    is_open = visit.state == VisitState.REQUESTED or visit.state in ON_A_ROUTE
    asked = visit.state == VisitState.REQUESTED and visit.requested_by_id == user.pk
    return {
        "plan_href": reverse("visits:plan", args=[visit.pk]) if may_plan and is_open else "",
        "take_off_href": reverse("visits:take_off", args=[visit.pk])
        if may_plan and visit.state in ON_A_ROUTE
        else "",
        "cancel_href": reverse("visits:cancel", args=[visit.pk])
        if is_open and (may_plan or asked)
        else "",
    }


def _notice_form(visit: Visit, user: User, form: Any) -> Any:
    if not visit.is_pending or not has_right(user, "notice.record"):
        return None
    return form or NoticeForm(initial={"served_on": clock.local_today(visit.time_zone)})


def _event(row: VisitEvent, visit: Visit) -> dict[str, Any]:
    row.visit = visit
    return {
        "at": row.local_at,
        "day": date_format(row.local_at, _("j M")),
        "time": f"{row.local_at:%H:%M}",
        "icon": _ICONS.get(VisitEventKind(row.kind), "calendar"),
        "what": row.get_kind_display(),
        "by": row.by,
        "reason": row.reason or _more(row.data),
    }


def _more(data: dict[str, Any]) -> str:
    """What an event says besides: the codes of the gate, or why a notice was lost."""
    if word := data.get("word"):
        return str(short_name(word))
    return ", ".join(data.get("codes", []))


def _photo(row: Any, visit: Visit) -> dict[str, Any]:
    return {
        "href": reverse("visits:photo", args=[visit.pk, row.pk]),
        "shows": row.get_shows_display(),
        "taken": local_text(row.taken_at, visit),
        "sha256": row.sha256,
        "is_erased": row.file.erased_at is not None,
    }


def _receipt(row: Any, visit: Visit, user: User) -> dict[str, Any]:
    handed = getattr(row, "hand_in", None)
    may = has_right(user, "visit.plan") and handed is None and row.by_id != user.pk
    return {
        "number": row.number,
        "amount": row.amount,
        "taken": local_text(row.at, visit),
        "by": row.by.get_full_name(),
        "by_lang": lang_of(row.by.get_full_name()),
        "counted": handed.amount if handed else None,
        "counted_at": local_text(handed.at, visit) if handed else "",
        "href": reverse("visits:hand_in", args=[visit.pk, row.pk]) if may else "",
    }

"""Visits in words: where, when on the address's clock, who goes, and how they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.visits.flow import ON_A_ROUTE, VisitState, is_near
from collections_app.visits.forms import purpose_name
from collections_app.visits.models import Visit
from core import clock
from loans.borrowers.presentation import lang_of, shown_name

#: state -> the shape of its mark
MARKS: Final = {
    VisitState.REQUESTED: "waiting",
    VisitState.PLANNED: "waiting",
    VisitState.BOOKED: "waiting",
    VisitState.ARRIVED: "running",
    VisitState.DONE: "done",
    VisitState.CANCELLED: "uncertain",
}

VERIFIED: Final[dict[bool, Promise]] = {
    True: pgettext_lazy("a visit", "verified"),
    False: gettext_lazy("not verified"),
}


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit as a list or a case shows it. Times are those of the address."""

    pk: UUID
    href: str
    case_href: str
    contract_no: str
    borrower: str
    lang: str
    purpose: str
    address: str
    address_kind: str
    when: str
    hours: str
    place_in_day: int | None
    agent: str
    agent_lang: str
    second: str
    second_lang: str
    mark: str
    state_name: str
    detail: str
    plan_href: str
    up_href: str


def visit_row(visit: Any, user: User) -> VisitRow:
    """Puts one visit into words; the list and a visit's own page show the same ones."""
    may_plan = has_right(user, "visit.plan")
    waits = visit.state == VisitState.REQUESTED or visit.state in ON_A_ROUTE
    agent = visit.agent.get_full_name() if visit.agent else ""
    second = visit.second_visitor.get_full_name() if visit.second_visitor else ""
    mark, word = standing(visit)
    return VisitRow(
        pk=visit.pk,
        href=reverse("visits:visit", args=[visit.pk]),
        case_href=reverse("desk:case", args=[visit.case_id]),
        contract_no=visit.case.loan.contract_no,
        borrower=shown_name(visit.party),
        lang=lang_of(visit.party.full_name),
        purpose=purpose_name(visit.purpose),
        address=visit.address.masked,
        address_kind=visit.address.get_kind_display(),
        when=window_text(visit),
        hours=hours_text(visit),
        place_in_day=visit.place_in_day,
        agent=agent,
        agent_lang=lang_of(agent),
        second=second,
        second_lang=lang_of(second),
        mark=mark,
        state_name=word,
        detail=_detail(visit),
        plan_href=reverse("visits:plan", args=[visit.pk]) if may_plan and waits else "",
        up_href=reverse("visits:up", args=[visit.pk])
        if may_plan and visit.state in ON_A_ROUTE and (visit.place_in_day or 0) > 1
        else "",
    )


def standing(visit: Visit) -> tuple[str, str]:
    """The mark of a visit and its word; one the gate refused says so."""
    if visit.state == VisitState.PLANNED and visit.refused_at is not None:
        return "failed", _("refused by the gate")
    if visit.state in (VisitState.ARRIVED, VisitState.BOOKED) and visit.alarmed_at is not None:
        return "failed", _("no word in time")
    if visit.state in ON_A_ROUTE and visit.closes_at and visit.closes_at <= clock.now():
        return "failed", pgettext("a visit", "missed")
    return MARKS[VisitState(visit.state)], str(visit.get_state_display())


def window_text(visit: Visit) -> str:
    """Day and window on the clock of the address; nothing where it is not planned."""
    if visit.visit_on is None or visit.opens is None or visit.closes is None:
        return ""
    return _("%(day)s, %(opens)s to %(closes)s") % {
        "day": date_format(visit.visit_on, _("j M")),
        "opens": f"{visit.opens:%H:%M}",
        "closes": f"{visit.closes:%H:%M}",
    }


def hours_text(visit: Visit) -> str:
    """The window alone, on the clock of the address; nothing where it is not planned."""
    return f"{visit.opens:%H:%M}–{visit.closes:%H:%M}" if visit.opens and visit.closes else ""


def local_text(at: datetime | None, visit: Visit) -> str:
    """A moment on the clock of the address, with its day."""
    return date_format(at.astimezone(visit.zone), _("j M H:i")) if at is not None else ""


def result_name(visit: Visit) -> str:
    """How the visit ended, in the reader's language."""
    return purpose_name(visit.contact.result) if visit.contact is not None else ""


def check_in_text(visit: Any) -> str:
    """When somebody came, how far from the address, or that no position was told."""
    row = getattr(visit, "check_in", None)
    if row is None:
        return ""
    at = f"{row.at.astimezone(visit.zone):%H:%M}"
    if row.position is None:
        return _("%(time)s, position not told") % {"time": at}
    if row.distance is None:
        return _("%(time)s, position of the address not known") % {"time": at}
    values = {"time": at, "distance": row.distance, "accuracy": row.accuracy or 0}
    if is_near(row.distance, row.accuracy):
        return _("%(time)s, %(distance)d m from the address (± %(accuracy)d m)") % values
    return _("%(time)s, %(distance)d m away from the address (± %(accuracy)d m)") % values


def _detail(visit: Any) -> str:
    if visit.state == VisitState.DONE:
        parts = [result_name(visit), local_text(visit.left_at, visit)]
    elif visit.state == VisitState.ARRIVED:
        parts = [check_in_text(visit)]
    else:
        parts = [getattr(visit, "last_reason", "") or ""]
    return " · ".join(part for part in parts if part)

"""The legal file of a case: limitation, demand letters, proceedings, and what may be begun."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access.decorators import has_right, signed_in_user
from accounts.models import User
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.legal.acceleration import CITATIONS, missing_before, share_past_due
from collections_app.legal.flow import DeadlineKind
from collections_app.legal.forms import CallForm, DrawForm, OpenForm, ReasonForm, StepForm
from collections_app.legal.limitation import (
    CITATION,
    GUARANTEE_CITATION,
    days_for_pages,
    guarantees_of,
    limitation_facts,
    limitation_of,
    runs_for,
)
from collections_app.legal.models import Proceeding
from collections_app.legal.queries import addresses_of_people, liable_people
from collections_app.legal.stepping import OfferedStep
from collections_app.legal.wording import (
    days_left,
    deadline_line,
    head_of,
    letter_row,
    limitation_view,
    proceeding_row,
)
from core import clock
from loans.acceleration.models import Acceleration
from loans.acceleration.queries import acceleration_of
from loans.borrowers.presentation import lang_of, shown_name

#: What a person is usually left to pay after a demand.
USUAL_TERM: Final = timedelta(days=14)


def case_file_context(
    case: Case, user: User, refused: tuple[str, StepForm] | None = None
) -> dict[str, Any]:
    """Returns the context of the page; `refused` a step by its name with what is to be mended."""
    today = clock.local_today(case.portfolio.time_zone)
    standing = acceleration_of(case.loan)
    is_open = standing is None and case.state == CaseState.OPEN
    missing = missing_before(case, today) if is_open else []
    proceedings = list(case.proceedings.select_related("owner").order_by("-number"))
    letters = case.demand_letters.select_related("party").order_by("-number")
    deadlines = case.legal_deadlines.open().select_related(
        "proceeding", "case__portfolio", "case__loan"
    )
    return {
        **head_of(case),
        **_periods(case, today),
        "whole_loan": whole_loan(case, standing, missing),
        "letters": [letter_row(letter) for letter in letters],
        "proceedings": [proceeding_row(row, today) for row in proceedings],
        "deadlines": [
            deadline_line(row, today)
            for row in deadlines.exclude(code=DeadlineKind.LIMITATION).order_by("due_on")
        ],
        "steps": _steps(
            case,
            user,
            proceedings,
            refused,
            is_called=standing is not None,
            may_call=standing is None and not missing,
        ),
    }


def case_file_answer(
    request: HttpRequest, case: Case, refused: tuple[str, StepForm] | None = None
) -> HttpResponse:
    """Answers with the page; 422 with a step that was refused."""
    context = case_file_context(case, signed_in_user(request), refused)
    status = 422 if refused else 200
    return TemplateResponse(request, "collections_app/legal/case_file.html", context, status=status)


def _periods(case: Case, today: Any) -> dict[str, Any]:
    """Limitation and guarantees, where the clocks hold; two queries."""
    days = days_for_pages() if runs_for(case) else None
    if days is None:
        return {"limitation": None, "guarantees": [], "has_clocks": False}
    read: Any = Case.objects.filter(pk=case.pk).annotate(facts=limitation_facts())
    facts = read.values_list("facts", flat=True).get()
    names = {row.party_id: row.party for row in liable_people(case)}
    return {
        "has_clocks": True,
        "limitation": limitation_view(limitation_of(facts, days), today, CITATION),
        "guarantees": [
            {
                "name": shown_name(names[period.party_id]),
                "lang": lang_of(names[period.party_id].full_name),
                "demand_by": period.demand_by,
                "left": days_left((period.demand_by - today).days),
                "asked_on": period.asked_on,
                "citation": GUARANTEE_CITATION,
            }
            for period in guarantees_of(facts, days)
            if period.party_id in names
        ],
    }


def places_of(case: Case) -> dict[str, tuple[Any, Any, str]]:
    """Returns where a demand may go: party and address by a key, with words; two queries."""
    people = liable_people(case)
    by_party = {row.party_id: row for row in people}
    found = {}
    for address in addresses_of_people(people):
        row = by_party[address.party_id]
        label = f"{shown_name(row.party)} ({row.get_role_display()}) · {address.masked}"
        found[str(address.pk)] = (row.party, address, label)
    return found


def others_of(proceedings: list[Proceeding]) -> dict[str, Proceeding]:
    """Returns the proceedings of a case by a key, for a choice."""
    return {str(row.pk): row for row in proceedings}


def whole_loan(case: Case, standing: Acceleration | None, missing: list[str]) -> dict[str, Any]:
    """Returns whether the whole loan is called due, or what stands against calling it due."""
    if standing is None:
        return {
            "standing": None,
            "missing": missing,
            "share": share_past_due(case),
            "has_text": case.portfolio.country in CITATIONS,
        }
    return {
        "standing": {
            "on": standing.value_on,
            "amount": standing.called_amount,
            "declaration": standing.document_ref,
            "basis": standing.reason,
            "basis_lang": lang_of(standing.reason),
            "approved_by": standing.approved_by,
            "approved_by_lang": lang_of(standing.approved_by),
        }
    }


def _steps(
    case: Case,
    user: User,
    proceedings: list[Proceeding],
    refused: tuple[str, StepForm] | None,
    *,
    is_called: bool,
    may_call: bool,
) -> list[OfferedStep]:
    found: list[tuple[str, Any, StepForm, Any]] = []
    if has_right(user, "legal.work"):
        if case.state == CaseState.OPEN:
            found += _letters_to_draw(case, may_call=may_call)
        form = OpenForm(others=others_of(proceedings))
        found.append(("open", _("Prepare proceedings"), form, _("Open the file")))
    if is_called and has_right(user, "approval.decide"):
        heading = _("Let it run by its instalments again")
        found.append(("call_back", heading, ReasonForm(), _("Take it back")))
    return [
        OfferedStep(
            name=name,
            heading=heading,
            form=refused[1] if refused and refused[0] == name else form,
            href=reverse(f"legal:{name}", args=[case.pk]),
            button=button,
            is_primary=at == 0,
            is_open=bool(refused and refused[0] == name) or at == 0,
        )
        for at, (name, heading, form, button) in enumerate(found)
    ]


def _letters_to_draw(case: Case, *, may_call: bool) -> list[tuple[str, Any, StepForm, Any]]:
    today, places = clock.local_today(case.portfolio.time_zone), places_of(case)
    initial = {
        "language": case.borrower.language or case.portfolio.language,
        "as_of": case.portfolio.business_date,
        "pay_by": today + USUAL_TERM,
    }
    draw = DrawForm(places=places, initial=dict(initial))
    found: list[tuple[str, Any, StepForm, Any]] = [
        ("draw", _("Draw up a demand letter"), draw, _("Draw it up"))
    ]
    if may_call:
        call = CallForm(places=places, initial=dict(initial))
        found.append(("call", _("Call the whole loan due"), call, _("Draw it up")))
    return found

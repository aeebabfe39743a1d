"""What proposing a plan shows: the options that policy allows, and what each would do."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access.decorators import requires, signed_in_user
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.hardship.models import HardshipTalk
from collections_app.plans.flow import PlanKind
from collections_app.plans.forms import PlanForm
from collections_app.plans.limits import limits_of, most_in_year, year_sentence
from collections_app.plans.outlook import (
    Outlook,
    affordable_sentence,
    consequence_sentences,
    rows_of,
)
from collections_app.plans.presentation import limit_sentence
from collections_app.plans.queries import affordable_on, granted_in_year, live_plan
from collections_app.promises.models import Promise
from loans.borrowers.presentation import lang_of, shown_name


@requires("plan.propose")
@require_GET
@never_cache
def outlook(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Says what the plan in the address would do; writes nothing."""
    user = signed_in_user(request)
    case = case_of_plan(user, pk)
    asked = {**request.GET.dict(), "token": "-"}  # nothing is saved: no key is needed
    form = PlanForm(asked, case=case, user=user, kind=kind_named(request.GET.get("kind", "")))
    context = {"form": form, "outlook": outlook_of(form), "currency": case.portfolio.currency}
    return TemplateResponse(request, "collections_app/plans/outlook.html", context)


def outlook_of(form: PlanForm) -> Outlook:
    """Returns what the form leads to as far as it is filled in; an empty one's usual figures."""
    if not form.is_bound:
        form = PlanForm(
            {name: value for name, value in form.initial.items() if value is not False},
            case=form.case,
            user=form.user,
            kind=form.plan_kind,
        )
    form.is_valid()
    if any(name != "__all__" for name in form.errors):
        return Outlook()
    terms, loan = form.terms(), form.case.loan
    problem = "" if form.excess else " ".join(str(error) for error in form.non_field_errors())
    try:
        rows = rows_of(loan, terms)
    except ValidationError as refusal:
        rows, problem = (), problem or " ".join(refusal.messages)
    sentences = [] if problem else consequence_sentences(loan, terms, form.standing)
    told = affordable_sentence(terms, form.affordable, form.case.portfolio.currency)
    return Outlook(
        rows=rows,
        total=terms.total if terms.parts else None,
        sentences=tuple([*sentences, told] if told else sentences),
        problem=problem,
        beyond=tuple(excess.sentence for excess in form.excess),
    )


def kind_named(text: str) -> PlanKind:
    """Returns the kind of plan that an address or a form names; an arrangement without one."""
    return PlanKind(text) if text in PlanKind.values else PlanKind.ARRANGEMENT


def proposing_context(case: Case, form: PlanForm, user: User) -> dict[str, Any]:
    """Returns what `plans/propose.html` shows: the form of one kind, and what it would do."""
    live = live_plan(case.loan)
    talk, affordable = affordable_on(case)
    return {
        "case_href": reverse("desk:case", args=[case.pk]),
        "contract_no": case.loan.contract_no,
        "borrower": {"name": shown_name(case.borrower), "lang": lang_of(case.borrower.full_name)},
        "kinds": _tabs(case, form.plan_kind),
        "kind_name": capfirst(form.plan_kind.label),
        "form": form,
        "outlook": outlook_of(form),
        "outlook_href": reverse("plans:outlook", args=[case.pk]),
        "currency": case.portfolio.currency,
        "past_due": form.standing.past_due,
        "outstanding": form.standing.outstanding,
        "late_charges": form.standing.late_charges,
        "limit": limit_sentence(form.plan_kind, limits_of(user.role)[form.plan_kind], user),
        "too_often": _too_often(case, form.plan_kind),
        "live_href": reverse("plans:plan", args=[live.pk]) if live else "",
        "talk": _talk(talk, affordable),
        "talk_href": reverse("desk:hardship_talk", args=[case.pk]),
        "replaced": list(Promise.objects.open().filter(loan=case.loan_id, is_awaiting=False)),
    }


def _tabs(case: Case, chosen: PlanKind) -> list[dict[str, Any]]:
    here = reverse("desk:propose_plan", args=[case.pk])
    return [
        {"label": capfirst(kind.label), "href": f"{here}?kind={kind}", "is_current": kind == chosen}
        for kind in PlanKind
    ]


def _too_often(case: Case, kind: PlanKind) -> str:
    granted, most = granted_in_year(case.loan, kind), most_in_year(kind)
    return year_sentence(kind, granted, most) if granted >= most else ""


def _talk(talk: HardshipTalk | None, affordable: Any) -> dict[str, Any] | None:
    if talk is None:
        return None
    return {
        "said_at": talk.said_at,
        "reason": talk.get_reason_display(),
        "affordable": affordable,
    }


def case_of_plan(user: User, pk: UUID) -> Case:
    """Returns the case of a page about proposing; 404 outside of what the reader sees."""
    cases = Case.objects.visible_to(user).select_related("loan__portfolio", "portfolio", "borrower")
    return get_object_or_404(cases, pk=pk)

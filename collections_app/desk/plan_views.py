"""Proposing a plan from a case, by whoever has its person."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access.decorators import requires, signed_in_user
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.desk.holding import held_line, write_form
from collections_app.plans.flow import PlanState
from collections_app.plans.forms import PlanForm
from collections_app.plans.proposing_views import case_of_plan, kind_named, proposing_context
from collections_app.plans.services import propose_plan


@requires("plan.propose")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Proposes a plan: it binds within the limit, or a second person is asked. One kind a page."""
    user = signed_in_user(request)
    case = case_of_plan(user, pk)
    kind = kind_named(request.POST.get("kind") or request.GET.get("kind", ""))
    form = PlanForm(request.POST or None, case=case, user=user, kind=kind)
    if request.method != "POST" or not form.is_valid():
        return _page(request, case, form)
    answer, status = write_form(
        request,
        form,
        scope="plan",
        case=case,
        user=user,
        write=lambda: _propose(case, form, user),
    )
    if answer is None:
        return _page(request, case, form, status=status)
    made = answer.result
    messages.success(
        request,
        _("Asked. Nothing binds until a second person has agreed.")
        if made["state"] == PlanState.PROPOSED
        else _("The plan is agreed."),
    )
    return redirect("plans:plan", pk=UUID(made["plan"]))


def _propose(case: Case, form: PlanForm, user: User) -> dict[str, str]:
    who, terms = form.cleaned_data["who"], form.terms()
    plan = propose_plan(case=case, party=who, terms=terms, by=user)
    return {"plan": str(plan.pk), "state": plan.state}


def _page(request: HttpRequest, case: Case, form: PlanForm, *, status: int = 422) -> HttpResponse:
    user = signed_in_user(request)
    context = {
        **proposing_context(case, form, user),
        **held_line(form, case=case, user=user),
    }
    template = "collections_app/plans/propose.html"
    status = status if form.is_bound else 200
    return TemplateResponse(request, template, context, status=status)

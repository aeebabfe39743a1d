"""Proposing a plan, taking it back and ending it, by whoever has its person."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access.decorators import requires, signed_in_user
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.desk.held_form import HeldForm
from collections_app.desk.holding import (
    Held,
    LeaseLost,
    held_line,
    who_has,
    write_form,
    write_held,
)
from collections_app.plans.flow import PlanState
from collections_app.plans.forms import CancelPlanForm, PlanForm
from collections_app.plans.models import Plan
from collections_app.plans.plan_page import plan_for, plan_page
from collections_app.plans.proposing_views import case_of_plan, kind_named, proposing_context
from collections_app.plans.services import cancel_plan, propose_plan, withdraw_plan
from core.audit.actors import Actor
from core.ids import uuid7


class HeldCancelForm(HeldForm, CancelPlanForm):
    """Why a plan ends before its end, by whoever has the person."""


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


@requires("plan.propose")
@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Takes one's own proposal back, so that another can be made."""
    user, found = signed_in_user(request), plan_for(request, pk)
    try:
        write_held(
            scope=f"withdraw_plan:{user.pk}",
            key=request.POST.get("token", "")[:64] or str(uuid7()),
            content={"plan": str(found.pk)},
            agent=user,
            case=found.case,
            lease=None,
            write=lambda: str(withdraw_plan(plan=found, by=user).pk),
        )
    except (Held, LeaseLost) as taken:
        messages.error(request, who_has(taken, found.case))
    except PermissionDenied as refusal:
        messages.error(request, str(refusal))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Taken back. Nothing was agreed."))
    return redirect("plans:plan", pk=pk)


@requires("plan.propose")
@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ends a plan that is in force, with a reason."""
    user, found = signed_in_user(request), plan_for(request, pk)
    form, status = HeldCancelForm(request.POST), 422
    if form.is_valid():
        answer, status = write_form(
            request,
            form,
            scope="cancel_plan",
            case=found.case,
            user=user,
            write=lambda: _cancel(found, form, user),
        )
        if answer is not None:
            messages.success(request, _("Cancelled. What is owed stays owed."))
            return redirect("plans:plan", pk=pk)
    return plan_page(request, plan_for(request, pk), cancel_form=form, status=status)


def _cancel(plan: Plan, form: HeldCancelForm, user: User) -> str:
    cancel_plan(plan=plan, reason=form.cleaned_data["reason"], by=Actor.of(user))
    return str(plan.pk)


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

"""Proposing a plan from a case, by whoever has its person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access.decorators import requires, signed_in_user
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.desk.holding import Held, LeaseLost, held_line, who_has, write_held
from collections_app.plans.flow import PlanState
from collections_app.plans.forms import PlanForm
from collections_app.plans.proposing_views import case_of_plan, kind_named, proposing_context
from collections_app.plans.services import propose_plan
from core.idempotency import KeyReused


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
    try:
        made = _propose_once(request, case, form, user)
    except ValidationError as refusal:
        form.add_error(None, refusal)
    except KeyReused:
        form.add_error(None, _("This was saved before, in other words; open the page anew."))
    except (Held, LeaseLost) as taken:
        form.add_error(None, who_has(taken, case))
        return _page(request, case, form, status=409)
    else:
        messages.success(
            request,
            _("Asked. Nothing binds until a second person has agreed.")
            if made["state"] == PlanState.PROPOSED
            else _("The plan is agreed."),
        )
        return redirect("plans:plan", pk=UUID(made["plan"]))
    return _page(request, case, form)


def _propose_once(request: HttpRequest, case: Case, form: PlanForm, user: User) -> Any:
    def propose_it() -> dict[str, str]:
        who, terms = form.cleaned_data["who"], form.terms()
        plan = propose_plan(case=case, party=who, terms=terms, by=user)
        return {"plan": str(plan.pk), "state": plan.state}

    return write_held(
        scope=f"plan:{user.pk}",
        key=form.cleaned_data["token"],
        content={"entry": _entry(request)},
        agent=user,
        case=case,
        lease=form.cleaned_data["lease"],
        write=propose_it,
    ).result


def _entry(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST[name] for name in request.POST if name != "csrfmiddlewaretoken"}


def _page(request: HttpRequest, case: Case, form: PlanForm, *, status: int = 422) -> HttpResponse:
    user = signed_in_user(request)
    context = {
        **proposing_context(case, form, user),
        **held_line(form, case=case, user=user),
    }
    template = "collections_app/plans/propose.html"
    status = status if form.is_bound else 200
    return TemplateResponse(request, template, context, status=status)

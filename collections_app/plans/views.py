"""The page of a plan: what was agreed, how it stands, and the decision of the second person."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access.decorators import requires, signed_in_user
from collections_app.plans.forms import DecidePlanForm
from collections_app.plans.plan_page import plan_for, plan_page
from collections_app.plans.presentation import (
    answer_of,
)
from collections_app.plans.services import decide_plan


@requires("plan.view")
@require_GET
@never_cache
def plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One plan, whatever its state."""
    return plan_page(request, plan_for(request, pk))


@requires("plan.view")
@require_GET
@never_cache
def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How the plan stands, for a page that waits for the decision."""
    found = plan_for(request, pk)
    still_waits = found.approval is not None and found.approval.is_pending
    # Decided, the page around the answer is older than the answer: then it has its link.
    context = answer_of(found, is_on_its_page="here" in request.GET and still_waits)
    return TemplateResponse(request, "collections_app/plans/answer.html", context)


@requires("approval.decide")
@require_POST
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Agrees or refuses, once; the right that the kind of plan asks for is checked on top."""
    user, found = signed_in_user(request), plan_for(request, pk)
    form = DecidePlanForm(request.POST)
    if form.is_valid():
        agree = form.cleaned_data["decision"] == "agree"
        try:
            decide_plan(plan=found, approve=agree, reason=form.cleaned_data["reason"], by=user)
        except PermissionDenied as refusal:
            form.add_error(None, str(refusal) or _("You may not decide this."))
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Agreed.") if agree else _("Refused."))
            return redirect("plans:plan", pk=pk)
    return plan_page(request, plan_for(request, pk), form=form, status=422)

"""What of a month is affordable, while somebody types. The page of the talk is the desk's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.access.decorators import requires, signed_in_user
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.hardship.flow import affordable
from collections_app.hardship.forms import BudgetForm


@requires("plan.propose")
@require_POST
@never_cache
def affordable_now(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Says what of the month is affordable; writes nothing. Posted: no figure in an address."""
    case = case_of_talk(signed_in_user(request), pk)
    form = BudgetForm(request.POST)
    context = {"affordable": month_of(form), "currency": case.portfolio.currency}
    return TemplateResponse(request, "collections_app/hardship/affordable.html", context)


def month_of(form: BudgetForm) -> dict[str, Any] | None:
    """Returns what the figures come to; None while they cannot be read."""
    if not form.is_bound:
        return None
    form.is_valid()
    if any(name in form.errors for name in ("net_income", *(f.name for f in form.figures))):
        return None
    budget = form.budget()
    return {
        "income": budget.income,
        "expenses": budget.expenses,
        "left_over": budget.left_over,
        "reserve": budget.reserve,
        "amount": affordable(budget),
    }


def case_of_talk(user: User, pk: UUID) -> Case:
    """Returns the case of a talk; 404 outside of what the reader sees."""
    cases = Case.objects.visible_to(user).select_related("loan", "portfolio", "borrower")
    return get_object_or_404(cases, pk=pk)

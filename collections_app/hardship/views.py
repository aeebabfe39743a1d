"""The page of a talk about hardship, and what of a month is affordable while somebody types."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access.decorators import requires, signed_in_user
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.hardship.flow import affordable
from collections_app.hardship.forms import BudgetForm, TalkForm
from collections_app.hardship.queries import budget_of, latest_talk
from collections_app.hardship.services import record_talk
from core.audit.actors import Actor
from core.idempotency import KeyReused, fingerprint_of, once
from loans.borrowers.presentation import lang_of, shown_name


@requires("plan.propose")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def talk(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks why and what a month looks like; saved, it leads on to the plans."""
    user = signed_in_user(request)
    case = _scoped(user, pk)
    form = TalkForm(request.POST or None, case=case)
    if request.method == "POST" and form.is_valid():
        entry = {name: request.POST[name] for name in request.POST if name != "csrfmiddlewaretoken"}
        try:
            once(
                scope=f"hardship:{user.pk}",
                key=form.cleaned_data["token"],
                fingerprint=fingerprint_of({"case": str(case.pk), "entry": entry}),
                run=lambda: _save(case, form, user),
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        except KeyReused:
            form.add_error(None, _("This was saved before, in other words; open the page anew."))
        else:
            messages.success(request, _("Noted. Choose what can be agreed."))
            return redirect("plans:propose", pk=case.pk)
    context = {
        "case_href": reverse("desk:case", args=[case.pk]),
        "contract_no": case.loan.contract_no,
        "borrower": {"name": shown_name(case.borrower), "lang": lang_of(case.borrower.full_name)},
        "form": form,
        "affordable_href": reverse("hardship:affordable", args=[case.pk]),
        "currency": case.portfolio.currency,
        "affordable": _found(form),
        "last": _last(case),
    }
    template = "collections_app/hardship/talk.html"
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, template, context, status=status)


@requires("plan.propose")
@require_POST
@never_cache
def affordable_now(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Says what of the month is affordable; writes nothing. Posted: no figure in an address."""
    case = _scoped(signed_in_user(request), pk)
    form = BudgetForm(request.POST)
    context = {"affordable": _found(form), "currency": case.portfolio.currency}
    return TemplateResponse(request, "collections_app/hardship/affordable.html", context)


def _save(case: Case, form: TalkForm, user: User) -> str:
    data = form.cleaned_data
    saved = record_talk(
        case=case,
        party=data["who"],
        reason=data["reason"],
        budget=form.budget(),
        note=data["note"],
        review_on=data["review_on"],
        is_looked_at=data["is_looked_at"],
        by=Actor.of(user),
    )
    return str(saved.pk)


def _found(form: BudgetForm) -> dict[str, Any] | None:
    """What the figures come to; None while they cannot be read."""
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


def _last(case: Case) -> dict[str, Any] | None:
    found = latest_talk(case)
    budget = budget_of(found) if found else None
    if found is None or budget is None:
        return None
    return {
        "said_at": found.said_at,
        "reason": found.get_reason_display(),
        "amount": affordable(budget),
        "made_by": found.made_by,
        "made_by_lang": lang_of(found.made_by),
    }


def _scoped(user: User, pk: UUID) -> Case:
    cases = Case.objects.visible_to(user).select_related("loan", "portfolio", "borrower")
    return get_object_or_404(cases, pk=pk)

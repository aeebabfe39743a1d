"""What if: the gate asked about any person, way and moment. Nothing is stored, nothing reserved."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access.decorators import requires, signed_in_user
from accounts.models import User
from compliance.gate.queries import gather
from compliance.navigation import compliance_tabs
from compliance.whatif.forms import FindForm
from compliance.whatif.presentation import answer_context
from compliance.whatif.queries import loan_asked, loans_numbered
from compliance.whatif.question import as_known, question_about
from loans.contracts.models import Loan, LoanParty

_TEMPLATE = "compliance/whatif/ask.html"


@requires("whatif.view")
@require_safe
@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """Answers a question with every rule that was asked; without a loan, looks one up."""
    user = signed_in_user(request)
    context: dict[str, Any] = {"tabs": compliance_tabs(user, "whatif:ask")}
    if "loan" not in request.GET:
        return _find(request, user, context)
    try:
        loan = loan_asked(user=user, pk=UUID(request.GET["loan"]))
        question = question_about(loan, asked=request.GET, user=user)
    except (Loan.DoesNotExist, LoanParty.DoesNotExist, ValueError):
        raise Http404 from None
    form = question.form
    context |= {"loan": loan, "form": form, "find_href": request.path}
    if not form.is_valid():
        return TemplateResponse(request, _TEMPLATE, context, status=422)
    facts = as_known(gather(form.request(), also=question.other_rules()))
    context |= answer_context(facts, zone=form.cleaned_data["zone"], other=question.other)
    return TemplateResponse(request, _TEMPLATE, context)


def _find(request: HttpRequest, user: User, context: dict[str, Any]) -> HttpResponse:
    """One loan found is asked about at once; several are offered."""
    form = FindForm(request.GET if "contract" in request.GET else None)
    found: list[Loan] = []
    if form.is_valid():
        found = loans_numbered(user=user, text=form.cleaned_data["contract"].strip())
        if len(found) == 1:
            return HttpResponseRedirect(_about(found[0]))
    context |= {
        "find_form": form,
        "has_looked": form.is_bound,
        "found": [(loan.contract_no, loan.portfolio.name, _about(loan)) for loan in found],
    }
    return TemplateResponse(request, _TEMPLATE, context)


def _about(loan: Loan) -> str:
    return f"{reverse('whatif:ask')}?loan={loan.pk}"

"""The page of a loan: its facts and what follows from them, to read."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access.decorators import has_right, requires, signed_in_user
from loans.contracts.forms import AsOfForm
from loans.contracts.loan_page import loan_context, loan_for
from loans.contracts.models import Loan


@requires("loan.view")
@require_GET
@never_cache
def loan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One loan: who, how much, the schedule, what was paid; also as of another day."""
    try:
        found = loan_for(signed_in_user(request), pk)
    except Loan.DoesNotExist:
        raise Http404 from None
    form = AsOfForm(
        request.GET if "as_of" in request.GET else None,
        loan=found,
        initial={"as_of": found.portfolio.business_date},
    )
    context = (
        loan_context(found, as_of=form.cleaned_data["as_of"], known_at=form.known_at())
        if form.is_valid()
        else loan_context(found)
    )
    known_on = form.cleaned_data.get("known_on") if form.is_valid() else None
    return TemplateResponse(
        request,
        "loans/contracts/loan.html",
        {
            **context,
            "form": form,
            "known_on": known_on,
            "loan_href": request.path,
            "what_if_href": _what_if_href(request, found),
        },
        status=422 if form.is_bound and not form.is_valid() else 200,
    )


def _what_if_href(request: HttpRequest, found: Loan) -> str:
    """Where the gate is asked about this loan; empty for who may not ask."""
    if not has_right(request.user, "whatif.view"):
        return ""
    return f"{reverse('whatif:ask')}?loan={found.pk}"

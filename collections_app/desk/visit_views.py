"""Asking for a visit from a case, by whoever has its person; a form that needs no scripts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access.decorators import requires, signed_in_user
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.desk.held_form import HeldForm
from collections_app.desk.holding import held_line, write_form
from collections_app.desk.people import lang_of, shown_name
from collections_app.visits.asking import preview
from collections_app.visits.forms import RequestForm
from collections_app.visits.models import Visit
from collections_app.visits.queries import addresses_to_visit
from collections_app.visits.services import request_visit
from collections_app.visits.visit_page import gate_words
from core import clock
from loans.borrowers.models import Address


class AskVisitForm(HeldForm, RequestForm):
    """A visit asked for, by whoever has the person."""


@requires("visit.request")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks for a visit on a case; the gate's answer of today stands beside it."""
    user = signed_in_user(request)
    case = get_object_or_404(
        Case.objects.visible_to(user).select_related("loan", "portfolio", "borrower"), pk=pk
    )
    addresses = addresses_to_visit(case)
    form, status = AskVisitForm(request.POST or None, addresses=addresses), 422
    if request.method == "POST" and form.is_valid():
        answer, status = write_form(
            request,
            form,
            scope="ask_visit",
            case=case,
            user=user,
            write=lambda: _ask(case, form, user),
        )
        if answer is not None:
            messages.success(request, _("Asked for. A lead plans it into a day."))
            return redirect(f"{reverse('desk:case', args=[case.pk])}#visits")
    context = {
        "form": form,
        "case_href": reverse("desk:case", args=[case.pk]),
        "contract_no": case.loan.contract_no,
        "borrower": {"name": shown_name(case.borrower), "lang": lang_of(case.borrower.full_name)},
        "has_addresses": bool(addresses),
        "answers": _answers(case, addresses),
        **held_line(form, case=case, user=user),
    }
    template = "collections_app/visits/request.html"
    return TemplateResponse(request, template, context, status=status if form.is_bound else 200)


def _ask(case: Case, form: AskVisitForm, user: User) -> str:
    data = form.cleaned_data
    made = request_visit(
        case=case, by=user, purpose=data["purpose"], address=data["address"], note=data["note"]
    )
    return str(made.pk)


def _answers(case: Case, addresses: list[Address]) -> list[dict[str, Any]]:
    """The gate's answer for each person who could be visited, as of now."""
    people = {row.party_id: row.party for row in addresses}
    return [
        {
            "name": shown_name(party),
            "lang": lang_of(party.full_name),
            **gate_words(
                preview(case=case, party=party, at=clock.now()),
                Visit(time_zone=case.portfolio.time_zone),
            ),
        }
        for party in people.values()
    ]

"""The page on which an agent asks for an override of a refused call."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access.decorators import check_right, requires, signed_in_user
from collections_app.cases.models import Case
from collections_app.contacts.asking import ask_to_call
from collections_app.contacts.queries import phones_of
from collections_app.contacts.services import call_request
from collections_app.desk.case_row import case_for
from collections_app.desk.override_form import AskOverrideForm
from collections_app.desk.override_offer import shared_grounds
from collections_app.desk.people import lang_of, shown_name
from compliance.gate.citations import citation_text
from compliance.gate.facts import Decision
from compliance.gate.sentences import reason_sentence
from compliance.gate.services import decide
from compliance.overrides.queries import override_waiting
from core import clock
from loans.borrowers.models import ContactPoint


@requires("contact.record")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask_override(request: HttpRequest, pk: UUID, contact_point_pk: UUID) -> HttpResponse:
    """Shows why the gate refuses a call and asks a second person to let it pass."""
    user = signed_in_user(request)
    check_right(user, "approval.request")
    try:
        case = case_for(user, pk)
    except Case.DoesNotExist:
        raise Http404 from None
    phone = get_object_or_404(phones_of(case), pk=contact_point_pk)
    decision = decide(call_request(case=case, contact_point=phone, at=clock.now()))
    grounds = shared_grounds(decision)
    here = reverse("desk:case", args=[case.pk])
    if not grounds or override_waiting(decision.facts.request):
        messages.info(request, _no_need(decision, bool(grounds)))
        return redirect(here)
    form = AskOverrideForm(request.POST or None, grounds=grounds)
    if request.method == "POST" and form.is_valid():
        try:
            ask_to_call(
                case=case,
                contact_point=phone,
                ground=form.cleaned_data["ground"],
                reason=form.cleaned_data["reason"],
                agent=user,
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Asked. The answer will stand here, on the case."))
            return redirect(here)
    return _page(request, case, phone, decision, form)


def _no_need(decision: Decision, has_ground: bool) -> str:
    if decision.allowed:
        return _("The gate allows this call by now.")
    if has_ground:
        return _("An override of this call is asked for already; it waits for a decision.")
    return _("No second person may let this call pass: a rule that objects leaves no room.")


def _page(
    request: HttpRequest,
    case: Case,
    phone: ContactPoint,
    decision: Decision,
    form: AskOverrideForm,
) -> HttpResponse:
    context = {
        "case_href": reverse("desk:case", args=[case.pk]),
        "contract_no": case.loan.contract_no,
        "borrower": {"name": shown_name(case.borrower), "lang": lang_of(case.borrower.full_name)},
        "masked": phone.masked,
        "reasons": [
            {
                "code": found.code,
                "sentence": reason_sentence(found.reason, found.values),
                "citation": citation_text(found.citation),
            }
            for found in decision.denials
        ],
        "form": form,
    }
    return TemplateResponse(
        request,
        "collections_app/desk/ask_override.html",
        context,
        status=422 if form.is_bound else 200,
    )

"""Asking for another agent from a case, by whoever has its person; and taking the request back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access.decorators import has_right, requires, signed_in_user
from accounts.approvals.services import withdraw
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.desk.held_form import HeldForm
from collections_app.desk.holding import held_line, write_form
from collections_app.desk.people import lang_of, shown_name
from collections_app.worklist.another_agent import (
    Asked,
    ask_for_another_agent,
    request_about,
    requests_seen_by,
    words_of,
)
from collections_app.worklist.another_agent_views import request_line
from collections_app.worklist.forms import AnotherAgentForm
from collections_app.worklist.going_on import go_on
from core.audit.actors import Actor


class AskForm(HeldForm, AnotherAgentForm):
    """Why somebody else should speak with the person, by whoever has them."""


@requires("approval.request")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def another_agent(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks the lead for another agent and passes the person on; the next one comes."""
    user = signed_in_user(request)
    case = _scoped(user, pk)
    form, status = AskForm(request.POST or None), 422
    if request.method == "POST" and form.is_valid():
        answer, status = write_form(
            request,
            form,
            scope="another_agent",
            case=case,
            user=user,
            write=lambda: _ask(case, form, user),
        )
        if answer is not None:
            messages.success(request, _("Asked. Your lead decides; until then they rest."))
            if has_right(user, "worklist.claim"):
                return go_on(request, user)
            return redirect("desk:case", pk=case.pk)
    return _page(request, case, form, status=status if form.is_bound else 200)


@requires("approval.request")
@require_POST
def withdraw_request(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Takes one's own request back; the person stays with whoever has them."""
    user = signed_in_user(request)
    case = _scoped(user, pk)
    found = requests_seen_by(user).pending().filter(subject_id=str(case.pk), requested_by=user)
    approval = get_object_or_404(found)
    try:
        withdraw(approval=approval, by=Actor.of(user))
    except (ValidationError, PermissionDenied) as refusal:
        told = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]
        messages.error(request, " ".join(told))
    else:
        messages.success(request, _("Taken back. You go on with them."))
    return redirect("desk:case", pk=case.pk)


def _ask(case: Case, form: AskForm, user: User) -> str:
    data = form.cleaned_data
    made = ask_for_another_agent(agent=user, case=case, reason=data["reason"], note=data["note"])
    return str(made.pk)


def _scoped(user: User, pk: UUID) -> Case:
    rows = Case.objects.visible_to(user).select_related("loan", "portfolio", "borrower")
    return get_object_or_404(rows, pk=pk)


def _page(request: HttpRequest, case: Case, form: AskForm, *, status: int) -> HttpResponse:
    user = signed_in_user(request)
    asked = request_about(case)
    context: dict[str, Any] = {
        "case_href": reverse("desk:case", args=[case.pk]),
        "contract_no": case.loan.contract_no,
        "borrower": {"name": shown_name(case.borrower), "lang": lang_of(case.borrower.full_name)},
        "form": form,
        "asked": _asked(asked, user) if asked else None,
        **held_line(form, case=case, user=user),
    }
    template = "collections_app/desk/another_agent.html"
    return TemplateResponse(request, template, context, status=status)


def _asked(asked: Asked, user: User) -> dict[str, Any]:
    words = words_of(asked.approval)
    is_own = asked.approval.requested_by_id == user.pk
    return {
        **request_line(asked, user),
        "words": {"text": words, "lang": lang_of(words)},
        "withdraw_href": reverse("desk:withdraw_another_agent", args=[asked.case.pk])
        if is_own
        else "",
    }

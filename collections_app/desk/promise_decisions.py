"""Promises beyond a taker's limit: what waits for the team lead, one request, the decision."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access.decorators import has_right, requires, signed_in_user
from accounts.approvals.models import Approval
from accounts.approvals.services import withdraw
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.desk.people import lang_of, shown_name
from collections_app.desk.promise_list import LISTS, list_context
from collections_app.promises.asking import asked_promise, asked_promises
from collections_app.promises.queries import method_name
from collections_app.promises.services import decide_promise
from core.audit.actors import Actor
from loans.borrowers.models import Party


class DecidePromiseForm(forms.Form):
    """Yes or no; a refusal says why."""

    decision = forms.ChoiceField(choices=[("agree", "agree"), ("refuse", "refuse")])
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("A refusal needs one: it is shown to who asked. No card numbers."),
    )


@requires("promise.view")
@require_GET
@never_cache
def promises(request: HttpRequest) -> HttpResponse:
    """The lists of promises, narrowed by what stands in the address."""
    show = request.GET.get("show", "")
    show = show if show in LISTS else next(iter(LISTS))
    try:
        context = list_context(
            user=signed_in_user(request),
            show=show,
            data=request.GET,
            after=request.GET.get("after", "")[:80],
        )
    except ValueError:
        raise Http404(_("This page of the list does not exist.")) from None
    return TemplateResponse(request, "collections_app/desk/promises.html", context)


@requires("promise.view")
@require_GET
@never_cache
def asked_list(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, the oldest first."""
    user = signed_in_user(request)
    waiting = asked_promises(user).pending().select_related("requested_by").order_by("requested_at")
    rows = list(waiting[:100])
    cases = _cases_of(rows, user)
    context = {
        "rows": [_line(row, cases[row.subject_id]) for row in rows if row.subject_id in cases],
        "may_decide": has_right(user, "promise.decide"),
        "back_href": reverse("desk:promises"),
    }
    return TemplateResponse(request, "collections_app/desk/asked_promises.html", context)


@requires("promise.view")
@require_GET
@never_cache
def asked(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One request: who asks for what, which limit it is beyond, and what became of it."""
    return _page(request, _scoped(request, pk))


@requires("promise.decide")
@require_POST
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Agrees or refuses, once."""
    approval = _scoped(request, pk)
    form = DecidePromiseForm(request.POST)
    if form.is_valid():
        agree = form.cleaned_data["decision"] == "agree"
        try:
            decide_promise(
                approval=approval,
                approve=agree,
                reason=form.cleaned_data["reason"],
                by=signed_in_user(request),
            )
        except PermissionDenied as refusal:
            form.add_error(None, str(refusal))
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            said = _("Agreed: the promise is on record.") if agree else _("Refused.")
            messages.success(request, said)
            return redirect("desk:asked_promise", pk=pk)
    return _page(request, _scoped(request, pk), form=form, status=422)


@requires("approval.request")
@require_POST
def withdraw_request(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Takes one's own request back, so that another promise can be taken."""
    approval = _scoped(request, pk)
    try:
        withdraw(approval=approval, by=Actor.of(signed_in_user(request)))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Taken back. Nothing was promised."))
    return redirect("desk:asked_promise", pk=pk)


def _scoped(request: HttpRequest, pk: UUID) -> Approval:
    rows = asked_promises(signed_in_user(request)).select_related("requested_by", "decided_by")
    return get_object_or_404(rows, pk=pk)


def _cases_of(approvals: list[Approval], user: User) -> dict[str, Case]:
    """The cases asked about, as far as the user sees them. One query."""
    rows = Case.objects.visible_to(user).filter(pk__in=[row.subject_id for row in approvals])
    return {str(case.pk): case for case in rows.select_related("loan", "portfolio", "borrower")}


def _line(approval: Approval, case: Case) -> dict[str, Any]:
    parts = asked_promise(approval).parts
    return {
        "href": reverse("desk:asked_promise", args=[approval.pk]),
        "contract_no": case.loan.contract_no,
        "borrower": shown_name(case.borrower),
        "borrower_lang": lang_of(case.borrower.full_name),
        "amount": sum(part.amount for part in parts),
        "currency": case.portfolio.currency,
        "last_on": max(part.due_on for part in parts),
        "parts": len(parts),
        "beyond": beyond_text(approval),
        "asker": _name(approval.requested_by),
        "asked_at": approval.requested_at,
        "lapses_at": approval.expires_at,
    }


def beyond_text(approval: Approval) -> str:
    """Returns which limits the request is beyond."""
    names = {
        "days": _("too far ahead"),
        "parts": _("too many parts"),
        "share": _("too little of what is past due"),
    }
    return ", ".join(names.get(what, what) for what in asked_promise(approval).beyond)


def _page(
    request: HttpRequest,
    approval: Approval,
    *,
    form: DecidePromiseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user = signed_in_user(request)
    found = asked_promise(approval)
    case = _cases_of([approval], user)[approval.subject_id]
    is_own = approval.requested_by_id == user.pk
    may_decide = approval.is_pending and not is_own and has_right(user, "promise.decide")
    party = Party.objects.get(pk=found.party_id)
    context = {
        **_line(approval, case),
        "case_href": reverse("desk:case", args=[case.pk]),
        "list_href": reverse("desk:asked_promises"),
        "who": {"name": shown_name(party), "lang": lang_of(party.full_name)},
        "past_due": found.past_due,
        "rows": [
            {"amount": part.amount, "due_on": part.due_on, "method": method_name(part.method)}
            for part in found.parts
        ],
        "status_name": approval.get_status_display(),
        "is_pending": approval.is_pending,
        "decider": _name(approval.decided_by),
        "decided_at": approval.closed_at,
        "reason": {"text": approval.reason, "lang": lang_of(approval.reason)},
        "form": (form or DecidePromiseForm()) if may_decide else None,
        "decide_href": reverse("desk:decide_promise", args=[approval.pk]),
        "withdraw_href": reverse("desk:withdraw_promise", args=[approval.pk])
        if approval.is_pending and is_own
        else "",
    }
    template = "collections_app/desk/asked_promise.html"
    return TemplateResponse(request, template, context, status=status)


def _name(user: User | None) -> dict[str, str]:
    name = user.get_full_name() if user else ""
    return {"text": name, "lang": lang_of(name)}

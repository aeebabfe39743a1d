"""Taking a promise on a case: the page, and the line that says what it would do."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access.decorators import requires, signed_in_user
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.desk.case_row import case_for
from collections_app.desk.holding import held_line, write_form
from collections_app.desk.people import lang_of, shown_name
from collections_app.promises.asking import waiting_for
from collections_app.promises.forms import PromisePartsForm
from collections_app.promises.models import Promise
from collections_app.promises.presentation import outlook_of, promise_form_context
from collections_app.promises.services import take_promise
from core import clock
from core.ids import uuid7
from loans.borrowers.models import Party
from loans.contracts.models import LIABLE_ROLES


class TakePromiseForm(PromisePartsForm):
    """Who promises, and the parts."""

    who = forms.ModelChoiceField(
        label=gettext_lazy("Who promises"), queryset=Party.objects.none(), empty_label=None
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)
    lease = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, case: Case, user: User) -> None:
        super().__init__(data, case=case, user=user)
        who: Any = self.fields["who"]
        who.queryset = Party.objects.filter(
            loans__loan=case.loan_id, loans__role__in=LIABLE_ROLES
        ).distinct()
        who.label_from_instance = shown_name
        self.initial = {
            **self.initial,
            "who": case.borrower_id,
            "token": str(uuid7()),
        }


@requires("promise.add")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def take(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Takes a promise in parts; beyond the limit the team lead is asked and nothing binds yet."""
    user = signed_in_user(request)
    case = _scoped(user, pk)
    form = TakePromiseForm(request.POST or None, case=case, user=user)
    if request.method != "POST" or not form.is_valid():
        return _page(request, case, form)
    answer, status = write_form(
        request,
        form,
        scope="take_promise",
        case=case,
        user=user,
        write=lambda: _take(case, form, user),
    )
    if answer is None:
        return _page(request, case, form, status=status)
    messages.success(
        request,
        _("Asked. Nothing binds until a second person has agreed.")
        if answer.result == "asked"
        else _("The promise is on record."),
    )
    return redirect("desk:case", pk=case.pk)


@requires("promise.add")
@require_GET
@never_cache
def outlook(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Says what the parts in the address would do to the loan; writes nothing."""
    user = signed_in_user(request)
    case = _scoped(user, pk)
    form = PromisePartsForm(request.GET, case=case, user=user)
    context = {"promise_form": form, "promise_outlook": outlook_of(form)}
    return TemplateResponse(request, "collections_app/promises/outlook.html", context)


def _take(case: Case, form: TakePromiseForm, user: User) -> str:
    taken = take_promise(
        case=case,
        party=form.cleaned_data["who"],
        parts=form.parts(),
        taken_by=user,
        made_at=clock.now(),
    )
    return "asked" if taken.approval else "taken"


def _scoped(user: User, pk: UUID) -> Case:
    try:
        return case_for(user, pk)
    except Case.DoesNotExist:
        raise Http404 from None


def _page(
    request: HttpRequest, case: Case, form: TakePromiseForm, *, status: int = 422
) -> HttpResponse:
    waiting = waiting_for(case)
    context = {
        "case_href": reverse("desk:case", args=[case.pk]),
        "contract_no": case.loan.contract_no,
        "borrower": {"name": shown_name(case.borrower), "lang": lang_of(case.borrower.full_name)},
        "form": form,
        **held_line(form, case=case, user=signed_in_user(request)),
        **promise_form_context(form),
        "replaced": list(Promise.objects.open().filter(loan=case.loan_id, is_awaiting=False)),
        "waiting_href": reverse("desk:asked_promise", args=[waiting.pk]) if waiting else "",
    }
    status = status if form.is_bound else 200
    return TemplateResponse(
        request, "collections_app/desk/take_promise.html", context, status=status
    )

"""How the loans of a portfolio are paid: said in two languages, and taken out of use."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access.decorators import requires, signed_in_user
from core.audit import Actor
from loans.contracts.models import InstructionKind, PaymentInstruction
from loans.contracts.services import retire_payment_instruction, set_payment_instruction
from loans.portfolios.models import Portfolio
from loans.portfolios.refusals import Refused

_TEXT = {"rows": 4}


class WayForm(forms.Form):
    """One way to pay. What is wrong with it the service says."""

    kind = forms.ChoiceField(label=gettext_lazy("way to pay"), choices=InstructionKind.choices)
    label = forms.CharField(label=gettext_lazy("label"), max_length=80)
    text = forms.CharField(
        label=gettext_lazy("account, place or link"),
        max_length=500,
        help_text=gettext_lazy(
            "{reference} stands for the number of the contract. Never a card number: cards are"
            " entered on a provider's own page."
        ),
        widget=forms.Textarea(attrs=_TEXT),
    )
    label_zh = forms.CharField(
        label=gettext_lazy("label in Chinese"), max_length=80, required=False
    )
    text_zh = forms.CharField(
        label=gettext_lazy("the same in Chinese"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Empty: what stands above is said in Chinese too."),
        widget=forms.Textarea(attrs=_TEXT),
    )


@requires("config.change")
@require_http_methods(["GET", "HEAD", "POST"])
def add_way(request: HttpRequest, code: str) -> HttpResponse:
    """Adds a way to pay; it stands on cases and in messages at once."""
    found = _portfolio(request, code)
    form = WayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by = Actor.of(signed_in_user(request))
        try:
            set_payment_instruction(portfolio=found, by=by, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("People are told so from now on."))
            return _back(found)
    context: dict[str, Any] = {
        "title": _("New way to pay"),
        "form": form,
        "back_href": reverse("portfolios:detail", args=[found.code]),
        "note": found.name,
    }
    status = 422 if form.is_bound and form.errors else 200
    template = "loans/portfolios/simple_form.html"
    return TemplateResponse(request, template, context, status=status)


@requires("config.change")
@require_POST
def retire_way(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Takes a way to pay out of use. What was sent with it stays readable."""
    found = _portfolio(request, code)
    user = signed_in_user(request)
    rows = PaymentInstruction.objects.visible_to(user).filter(portfolio=found, loan=None)
    way = get_object_or_404(rows, pk=pk)
    retire_payment_instruction(instruction=way, by=Actor.of(user))
    messages.success(request, _("Nobody is told so any more."))
    return _back(found)


def _portfolio(request: HttpRequest, code: str) -> Portfolio:
    return get_object_or_404(Portfolio.objects.visible_to(signed_in_user(request)), code=code)


def _back(found: Portfolio) -> HttpResponseRedirect:
    here = reverse("portfolios:detail", args=[found.code])
    return HttpResponseRedirect(f"{here}#paying", status=303)

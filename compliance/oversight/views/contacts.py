"""Contacts that deserve a second look, and the verdict behind each."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access.decorators import requires, signed_in_user
from compliance.attempts.models import Verdict
from compliance.oversight.measures import MEASURES
from compliance.oversight.pages import frame, read_week
from compliance.oversight.queries import numbers_of
from compliance.oversight.rows_page import rows_context
from compliance.oversight.verdict_page import verdict_context
from core.pages.parts import Tab

#: The lists of the page, in this order; the first is shown unless another is asked for.
LISTS: Final = ("refused", "overridden", "unsanctioned")


@requires("compliance.view")
@require_GET
@never_cache
def contacts(request: HttpRequest) -> HttpResponse:
    """Contacts of a week that the gate refused, an override let pass, or nobody asked it about."""
    show = request.GET.get("show", LISTS[0])
    measure = MEASURES[show if show in LISTS else LISTS[0]]
    form = read_week(request)
    chosen = form.chosen()
    [numbers] = numbers_of(
        user=signed_in_user(request), weeks=[chosen.narrowed(rule="")], codes=LISTS
    )
    here = reverse("oversight:contacts")
    context = {
        **frame(request, "oversight:contacts"),
        **rows_context(request, measure, form, here=here, show=measure.code),
        "lists": [
            Tab(
                MEASURES[code].title,
                f"{here}?{chosen.query_string(show=code, rule='')}",
                code == measure.code,
                numbers[code],
            )
            for code in LISTS
        ],
        "back_href": "",
        "show": measure.code,
    }
    return TemplateResponse(request, "compliance/oversight/rows.html", context)


@requires("compliance.view")
@require_GET
@never_cache
def verdict(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One answer of the gate with every reason, and all it saw when it was asked."""
    user = signed_in_user(request)
    rows = Verdict.objects.visible_to(user).select_related("party", "portfolio")
    found = get_object_or_404(rows, pk=pk)
    context = {
        **frame(request, "oversight:contacts"),
        **verdict_context(verdict=found, user=user),
        "list_href": reverse("oversight:contacts"),
    }
    return TemplateResponse(request, "compliance/oversight/verdict.html", context)

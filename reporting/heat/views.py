"""The page of heat: which treatment goes before it, and the contacts behind each number."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access.decorators import requires, signed_in_user
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.relationship.flow import Sign, Temperature
from core import clock
from loans.borrowers.presentation import lang_of, shown_name
from reporting.heat.forms import DAYS, HeatForm
from reporting.heat.queries import (
    AFTER,
    DIMENSIONS,
    FEW,
    MOST_ROWS,
    Dimension,
    HeatFilter,
    HeatLine,
    heat_lines,
    heated_rows,
)


@requires("report.view")
@require_GET
@never_cache
def show_heat(request: HttpRequest) -> HttpResponse:
    """Every kind of treatment with how often heat followed."""
    user = signed_in_user(request)
    form, chosen = _read(request, user)
    tables = [
        {
            "code": dimension.code,
            "title": str(dimension.title),
            "lines": [
                _line(one, dimension, request.GET)
                for one in heat_lines(dimension=dimension, user=user, chosen=chosen)
            ],
        }
        for dimension in DIMENSIONS.values()
    ]
    return TemplateResponse(
        request, "reporting/heat/heat.html", {**_frame(form, chosen), "tables": tables}
    )


@requires("report.view")
@require_GET
@never_cache
def show_heat_rows(request: HttpRequest, code: str) -> HttpResponse:
    """The treatments of one kind that heat followed."""
    user = signed_in_user(request)
    dimension = DIMENSIONS.get(code)
    if dimension is None:
        raise Http404
    form, chosen = _read(request, user)
    key = request.GET.get("key", "")
    if code == "team" and key and not _is_uuid(key):
        raise Http404
    found = heated_rows(dimension=dimension, key=key, user=user, chosen=chosen)
    query = {name: request.GET[name] for name in ("portfolio", "days") if name in request.GET}
    context = {
        **_frame(form, chosen),
        "heading": dimension.names([key]).get(key, key) or _("no team"),
        "dimension": str(dimension.title),
        "rows": _rows(found, user),
        "is_cut": len(found) == MOST_ROWS,
        "most_rows": number_format(MOST_ROWS),
        "back_href": f"{reverse('heat:heat')}?{urlencode(query)}",
    }
    return TemplateResponse(request, "reporting/heat/rows.html", context)


def _read(request: HttpRequest, user: User) -> tuple[HeatForm, HeatFilter]:
    """The filters; 404 for a choice that its reader does not have."""
    form = HeatForm(request.GET, user=user)
    if not form.is_valid():
        raise Http404
    days = int(form.cleaned_data["days"] or DAYS[0])
    # Of treatments of the last days nobody knows yet what follows.
    end = clock.now() - AFTER
    portfolio = form.cleaned_data["portfolio"]
    chosen = HeatFilter(
        start=end - timedelta(days=days),
        end=end,
        portfolio_id=UUID(portfolio) if portfolio else None,
    )
    return form, chosen


def _frame(form: HeatForm, chosen: HeatFilter) -> dict[str, Any]:
    return {
        "form": form,
        "start": chosen.start,
        "end": chosen.end,
        "after_days": AFTER.days,
        "here": reverse("heat:heat"),
    }


def _line(line: HeatLine, dimension: Dimension, query: Any) -> dict[str, Any]:
    kept = {name: query[name] for name in ("portfolio", "days") if name in query}
    rows = reverse("heat:rows", args=[dimension.code])
    return {
        "name": line.name or _("no team"),
        "lang": lang_of(line.name),
        "treatments": number_format(line.treatments, force_grouping=True),
        "heated": number_format(line.heated, force_grouping=True),
        "share": f"{number_format(line.share * 100, 1)}%",
        "is_few": line.treatments < FEW,
        "href": f"{rows}?{urlencode({**kept, 'key': line.key})}" if line.heated else "",
    }


def _rows(found: list[dict[str, Any]], user: User) -> list[dict[str, Any]]:
    """Each with the newest case of its person that the reader may open."""
    people = {row["person"] for row in found}
    cases: dict[tuple[UUID, UUID], Case] = {}
    seen = Case.objects.visible_to(user).filter(borrower__in=people)
    for case in seen.select_related("loan", "borrower").order_by("opened_on", "pk"):
        cases[case.borrower_id, case.portfolio_id] = case
    return [
        {
            "at": row["treated_at"],
            "rose_at": row["rose_at"],
            "rose_to": str(Temperature(row["rose_to"]).label),
            "laid_to": str(Sign(row["laid_to"]).label) if row["laid_to"] else "",
            **_person(cases.get((row["person"], row["home"]))),
        }
        for row in found
    ]


def _person(case: Case | None) -> dict[str, str]:
    if case is None:
        return {"contract_no": "", "href": "", "borrower": "", "lang": ""}
    name = shown_name(case.borrower)
    return {
        "contract_no": case.loan.contract_no,
        "href": reverse("desk:case", args=[case.pk]),
        "borrower": name,
        "lang": lang_of(name),
    }


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True

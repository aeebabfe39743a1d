"""The week in numbers, the rows behind each number, and their files."""

from __future__ import annotations

import tempfile
from typing import Any

from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access.decorators import has_right, requires, signed_in_user
from compliance.oversight.forms import WeekForm, week_label
from compliance.oversight.measures import MEASURES, Measure
from compliance.oversight.pages import frame, listed, read_week
from compliance.oversight.queries import (
    number_of,
    numbers_of,
    oldest_open_incident,
    refusals_by_rule,
    rows_of,
)
from compliance.oversight.services import MOST_ROWS, export_rows
from compliance.oversight.tiles import contact_tiles, grouped, people_tiles, rows_href
from compliance.oversight.week_filter import WeekFilter
from core.exports import CONTENT_TYPES, Format


@requires("compliance.view")
@require_GET
@never_cache
def show_week(request: HttpRequest) -> HttpResponse:
    """The numbers of a week beside those of the week before; each opens its rows."""
    user = signed_in_user(request)
    form = read_week(request)
    chosen = form.chosen().narrowed(rule="")
    now, before = numbers_of(
        user=user, weeks=[chosen, chosen.narrowed(week=chosen.week.before)], codes=tuple(MEASURES)
    )
    oldest = oldest_open_incident(user=user, chosen=chosen) if now["incidents_open"] else None
    rules = refusals_by_rule(user=user, chosen=chosen) if now["refused"] else []
    most = max((n for _code, n in rules), default=0)
    context = {
        **frame(request, "oversight:week"),
        **_week_links(form, chosen),
        "has_portfolios": bool(form.offered),
        "contact_tiles": contact_tiles(now, before, chosen),
        "people_tiles": people_tiles(now, before, chosen, oldest),
        "rules": [
            {
                "code": code,
                "number": grouped(n),
                "share": round(100 * n / most),
                "href": rows_href("refused", chosen, rule=code),
            }
            for code, n in rules
        ],
    }
    return TemplateResponse(request, "compliance/oversight/week.html", context)


@requires("compliance.view")
@require_GET
@never_cache
def show_rows(request: HttpRequest, code: str) -> HttpResponse:
    """The rows behind one number, with the same filters; as many as the number says."""
    measure = _measure(code)
    form = read_week(request)
    context = {**frame(request, "oversight:week"), **rows_context(request, measure, form)}
    return TemplateResponse(request, "compliance/oversight/rows.html", context)


@requires("export.run")
@require_POST
def export(request: HttpRequest, code: str) -> HttpResponseBase:
    """The rows behind one number as a file: `format` is csv or xlsx."""
    measure = _measure(code)
    user = signed_in_user(request)
    if not has_right(user, "compliance.view"):
        raise Http404
    form = read_week(request)
    chosen = form.chosen()
    file_format: Format = "xlsx" if request.POST.get("format") == "xlsx" else "csv"
    out = tempfile.TemporaryFile()  # noqa: SIM115 the response closes it
    try:
        export_rows(measure=measure, chosen=chosen, out=out, file_format=file_format, user=user)
    except ValidationError as refusal:
        out.close()
        context = {
            **frame(request, "oversight:week"),
            **rows_context(request, measure, form),
            "refusal": " ".join(refusal.messages),
        }
        return TemplateResponse(request, "compliance/oversight/rows.html", context, status=422)
    out.seek(0)
    return FileResponse(
        out,
        as_attachment=True,
        filename=f"{measure.code}-{chosen.week.name}.{file_format}",
        content_type=CONTENT_TYPES[file_format],
    )


def rows_context(
    request: HttpRequest, measure: Measure, form: WeekForm, *, here: str = "", show: str = ""
) -> dict[str, Any]:
    """Returns what the list of the rows behind a number is given.

    Arguments: here, the address of a page that shows several such lists; show, which one.
    """
    user = signed_in_user(request)
    chosen = form.chosen()
    here = here or reverse("oversight:rows", args=[measure.code])
    address = f"{here}?{chosen.query_string(show=show)}"
    may_export = has_right(user, "export.run")
    return {
        **_week_links(form, chosen, show=show),
        **listed(
            request,
            kind=measure.kind,
            rows=rows_of(user=user, measure=measure, chosen=chosen),
            at=measure.at,
            address=address,
        ),
        "heading": measure.title,
        "formula": measure.formula,
        "total": grouped(number_of(user=user, measure=measure, chosen=chosen)),
        "rule": chosen.rule,
        "without_rule_href": f"{here}?{chosen.query_string(show=show, rule='')}",
        "back_href": f"{reverse('oversight:week')}?{chosen.query_string(rule='')}",
        "export_href": f"{reverse('oversight:export', args=[measure.code])}?{chosen.query_string()}"
        if may_export
        else "",
        "most_rows": grouped(MOST_ROWS),
    }


def _week_links(form: WeekForm, chosen: WeekFilter, *, show: str = "") -> dict[str, Any]:
    later = chosen.week.after
    return {
        "filter_form": form,
        "week": week_label(chosen.week),
        "before_href": f"?{chosen.query_string(week=chosen.week.before.name, show=show)}",
        "after_href": f"?{chosen.query_string(week=later.name, show=show)}"
        if later.monday <= form.this_week.monday
        else "",
    }


def _measure(code: str) -> Measure:
    try:
        return MEASURES[code]
    except KeyError:
        raise Http404 from None

"""The week in numbers, the rows behind each number, and their files."""

from __future__ import annotations

import tempfile

from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access.decorators import has_right, requires, signed_in_user
from compliance.oversight.measures import MEASURES, Measure
from compliance.oversight.pages import frame, read_week
from compliance.oversight.queries import (
    numbers_of,
    oldest_open_incident,
    refusals_by_rule,
)
from compliance.oversight.rows_page import rows_context, week_links
from compliance.oversight.rule_names import rule_names
from compliance.oversight.services import export_rows
from compliance.oversight.tiles import contact_tiles, grouped, people_tiles, rows_href
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
    named = rule_names(code for code, _number in rules)
    most = max((n for _code, n in rules), default=0)
    context = {
        **frame(request, "oversight:week"),
        **week_links(form, chosen),
        "has_portfolios": bool(form.offered),
        "contact_tiles": contact_tiles(now, before, chosen, oldest),
        "people_tiles": people_tiles(now, before, chosen),
        "rules": [
            {
                "code": code,
                "name": named[code],
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


def _measure(code: str) -> Measure:
    try:
        return MEASURES[code]
    except KeyError:
        raise Http404 from None

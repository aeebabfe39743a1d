"""The manager's pages: the dashboard, the rows behind each number, and their files."""

from __future__ import annotations

import tempfile
from typing import Any

from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access.decorators import has_right, requires, signed_in_user
from core.exports import CONTENT_TYPES, Format
from reporting.dashboards import figures
from reporting.dashboards.board import as_of, chips, dashboard
from reporting.dashboards.case_links import cases_of
from reporting.dashboards.exceptions import exception_rows
from reporting.dashboards.forms import FilterForm
from reporting.dashboards.links import dashboard_href, export_href, rows_href
from reporting.dashboards.measures import MEASURES, Measure, Table, Unit
from reporting.dashboards.queries import keyset_page, total_of
from reporting.dashboards.report_filter import ReportFilter
from reporting.dashboards.rows import page_rows, place_name
from reporting.dashboards.scope import load_scope
from reporting.dashboards.services import MOST_ROWS, export_measure

PAGE_SIZE = 50


@requires("report.view")
@require_GET
@never_cache
def show_dashboard(request: HttpRequest) -> HttpResponse:
    """How the portfolio stands, what happened in the period, and who did what."""
    form = _read_filters(request)
    context = dashboard(scope=form.scope, form=form, agents_after=_agents_after(request))
    context["heat_href"] = reverse("heat:heat")
    status = 200 if form.is_valid() else 422
    return TemplateResponse(request, "reporting/dashboard.html", context, status=status)


@requires("report.view")
@require_GET
@never_cache
def show_rows(request: HttpRequest, code: str) -> HttpResponse:
    """The rows behind one number, with the same filters; their sum is that number."""
    measure = _measure(code)
    form = _read_filters(request)
    chosen = form.chosen()
    user = signed_in_user(request)
    total = total_of(user=user, measure=measure, chosen=chosen)
    after = request.GET.get("after", "")
    try:
        lines, next_after = keyset_page(
            user=user, measure=measure, chosen=chosen, after=after, size=PAGE_SIZE
        )
    except ValueError:
        raise Http404 from None
    buckets = form.scope.buckets_of(form.portfolios)
    context = {
        **_rows_frame(form, measure, chosen),
        "total": _total_text(measure, total, chosen),
        "rows": page_rows(
            lines=lines,
            measure=measure,
            severities={name.code: name.severity for name in buckets},
            cases=cases_of(user=user, loan_ids=[line.loan_id for line in lines]),
        ),
        "shown": ngettext("%(n)s row on this page", "%(n)s rows on this page", len(lines))
        % {"n": len(lines)},
        "first_href": rows_href(code, chosen) if after else "",
        "next_href": f"{rows_href(code, chosen)}&after={next_after}" if next_after else "",
        "export_href": export_href(code, chosen) if has_right(user, "export.run") else "",
    }
    return TemplateResponse(
        request, "reporting/rows.html", context, status=200 if form.is_valid() else 422
    )


@requires("export.run")
@require_POST
def export_rows(request: HttpRequest, code: str) -> HttpResponseBase:
    """The rows behind one number as a file: `format` is csv or xlsx."""
    measure = _measure(code)
    form = _read_filters(request)
    user = signed_in_user(request)
    if not has_right(user, "report.view") or not form.is_valid():
        raise Http404
    file_format: Format = "xlsx" if request.POST.get("format") == "xlsx" else "csv"
    chosen = form.chosen()
    out = tempfile.TemporaryFile()  # noqa: SIM115 the response closes it
    try:
        export_measure(measure=measure, chosen=chosen, out=out, file_format=file_format, user=user)
    except ValidationError as refusal:
        out.close()
        context = {
            **_rows_frame(form, measure, chosen),
            "refusal": " ".join(refusal.messages),
            "total": "",
            "rows": [],
        }
        return TemplateResponse(request, "reporting/rows.html", context, status=422)
    out.seek(0)
    name = f"{measure.code}-{chosen.period.start}-{chosen.period.end}.{file_format}"
    return FileResponse(
        out, as_attachment=True, filename=name, content_type=CONTENT_TYPES[file_format]
    )


@requires("report.view")
@require_GET
@never_cache
def show_exceptions(request: HttpRequest, code: str) -> HttpResponse:
    """What needs a hand, of one kind: loans set aside, feeds, steps, incidents."""
    form = _read_filters(request)
    user = signed_in_user(request)
    if not has_right(user, "case.view_all"):
        raise Http404
    chosen = form.chosen()
    portfolios = [one for one in form.portfolios if one.pk in chosen.portfolio_ids]
    try:
        rows = exception_rows(code=code, chosen=chosen, portfolios=portfolios, user=user)
    except KeyError:
        raise Http404 from None
    titles = {
        "set_aside": _("Loans set aside at the last close"),
        "stale_feeds": _("Feeds older than their limit"),
        "failed_steps": _("Steps that failed"),
        "incidents": _("Incidents open"),
    }
    context = {"heading": titles[code], "rows": rows, "back_href": dashboard_href(chosen)}
    return TemplateResponse(request, "reporting/exceptions.html", context)


def _agents_after(request: HttpRequest) -> int:
    """How many agents the pages before showed; 404 for what is no number."""
    after = request.GET.get("agents_after", "0")
    if not after.isascii() or not after.isdecimal() or len(after) > 6:
        raise Http404
    return int(after)


def _read_filters(request: HttpRequest) -> FilterForm:
    """Reads the filters of an address; 404 for a choice that its reader does not have."""
    form = FilterForm(request.GET, scope=load_scope(signed_in_user(request)))
    form.is_valid()
    if form.names_unknown():
        raise Http404
    return form


def _measure(code: str) -> Measure:
    try:
        return MEASURES[code]
    except KeyError:
        raise Http404 from None


def _rows_frame(form: FilterForm, measure: Measure, chosen: ReportFilter) -> dict[str, Any]:
    dated = as_of(form.portfolios, chosen) if chosen.books else {}
    return {
        **dated,
        "measure": measure,
        "heading": measure.title,
        "formula": measure.formula,
        "table": measure.table.value,
        "chips": chips(form=form, chosen=chosen),
        "period": chosen.period if measure.table == Table.EVENT else None,
        "rolled": [place_name(chosen.from_place), place_name(chosen.to_place)]
        if measure.table == Table.ROLL
        else [],
        "currency": chosen.currency,
        "back_href": dashboard_href(chosen),
        "most_rows": figures.count(MOST_ROWS),
    }


def _total_text(measure: Measure, total: Any, chosen: ReportFilter) -> str:
    if measure.unit == Unit.MONEY:
        return figures.full_money(total, chosen.currency)
    return figures.count(total)

"""Addresses of the dashboard and of the rows behind its numbers."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.urls import reverse

from reporting.dashboards.report_filter import ReportFilter


def dashboard_href(chosen: ReportFilter, **changes: Any) -> str:
    """Returns the dashboard with these filters."""
    changes = {"from_place": "", "to_place": "", **changes}
    return f"{reverse('reporting:dashboard')}?{chosen.query_string(**changes)}"


def rows_href(measure: str, chosen: ReportFilter, **changes: Any) -> str:
    """Returns the page of the rows behind a measure with these filters."""
    return rows_at(measure, chosen.query_string(**changes))


def rows_at(measure: str, query: str) -> str:
    """Returns the page of the rows behind a measure with filters as they stand in an address.

    A row of a table opens several measures with the same filters, which are written once for it.
    """
    return f"{_rows_page(measure)}?{query}"


@cache
def _rows_page(measure: str) -> str:
    return reverse("reporting:rows", args=[measure])


def export_href(measure: str, chosen: ReportFilter) -> str:
    """Returns where the rows behind a measure are exported."""
    return f"{reverse('reporting:export', args=[measure])}?{chosen.query_string()}"

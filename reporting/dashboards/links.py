"""Addresses of the dashboard and of the rows behind its numbers."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from reporting.dashboards.report_filter import ReportFilter


def dashboard_href(chosen: ReportFilter, **changes: Any) -> str:
    """Returns the dashboard with these filters."""
    changes = {"from_place": "", "to_place": "", **changes}
    return f"{reverse('reporting:dashboard')}?{chosen.query_string(**changes)}"


def rows_href(measure: str, chosen: ReportFilter, **changes: Any) -> str:
    """Returns the page of the rows behind a measure with these filters."""
    return f"{reverse('reporting:rows', args=[measure])}?{chosen.query_string(**changes)}"


def export_href(measure: str, chosen: ReportFilter) -> str:
    """Returns where the rows behind a measure are exported."""
    return f"{reverse('reporting:export', args=[measure])}?{chosen.query_string()}"

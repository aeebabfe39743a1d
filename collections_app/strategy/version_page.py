"""What the page of one version is given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from accounts.access.decorators import has_right
from accounts.approvals.forms import DecisionForm
from accounts.models import User
from collections_app.strategy.checks import lacking_of
from collections_app.strategy.differences import difference
from collections_app.strategy.flow import StrategyStatus
from collections_app.strategy.forms import DayForm
from collections_app.strategy.models import StrategyVersion
from collections_app.strategy.planning import expect_of
from collections_app.strategy.presentation import line_row
from collections_app.strategy.queries import lines_of, standing_of, versions_of
from core import clock

_MARKS = {
    StrategyStatus.DRAFT: "waiting",
    StrategyStatus.PROPOSED: "running",
    StrategyStatus.ACTIVE: "done",
    StrategyStatus.RETIRED: "none",
}


def version_context(
    shown: StrategyVersion, *, user: User, asked_day: Mapping[str, Any]
) -> dict[str, Any]:
    """Returns the table, the counts of a day, the history and what this reader may do."""
    portfolio = shown.strategy.portfolio
    today = clock.local_today(portfolio.time_zone)
    in_force = standing_of(portfolio, today).in_force
    first = max(today, min(shown.effective_from, today + timedelta(days=60)))
    day_form = DayForm(asked_day if "on" in asked_day else None, initial={"on": first})
    day = _day(day_form, first)
    counts = _counts(shown, day) if day else {}
    may_change = has_right(user, "strategy.change")
    return {
        "portfolio": portfolio,
        "shown": version_line(shown, in_force),
        "lines": [
            line_row(line, portfolio) | {"expected": counts.get(line.code)}
            for line in lines_of(shown)
        ],
        "lacking": lacking_of(shown),
        "day": day,
        "day_form": day_form,
        "expected_count": sum(row.count for row in counts.values()),
        "versions": [version_line(version, in_force) for version in versions_of(portfolio)],
        "difference": difference(in_force, shown) if in_force and in_force != shown else None,
        "difference_href": reverse("strategy:difference", args=[shown.pk]),
        "write_href": _write_href(shown) if may_change else "",
        "propose_href": _propose_href(shown) if may_change else "",
        "decide_href": _decide_href(shown, user),
        "decision_form": DecisionForm(),
        "calendar_href": reverse("strategy:calendar") + f"?portfolio={portfolio.code}",
        "back_href": reverse("strategy:list"),
    }


def version_line(version: StrategyVersion, in_force: StrategyVersion | None) -> dict[str, Any]:
    """Returns a version as headings and the history show it."""
    approval = version.approval
    return {
        "name": str(version),
        "version": version.version,
        "effective_from": version.effective_from,
        "days_between": version.days_between,
        "heated_days_between": version.heated_days_between,
        "status": version.get_status_display(),
        "is_in_force": version == in_force,
        "is_draft": version.status == StrategyStatus.DRAFT,
        "is_proposed": version.status == StrategyStatus.PROPOSED,
        "mark": _MARKS[StrategyStatus(version.status)],
        "written_by": version.written_by,
        "written_at": version.written_at,
        "proposed_by": str(approval.requested_by or "") if approval else "",
        "activated_by": version.activated_by,
        "activated_at": version.activated_at,
        "reason": approval.reason if approval else "",
        "href": reverse("strategy:version", args=[version.pk]),
    }


def _day(form: DayForm, first: date) -> date | None:
    """The day that is counted: the one asked for, else the first on which the version plans."""
    if not form.is_bound:
        return first
    return form.cleaned_data["on"] if form.is_valid() else None


def _counts(shown: StrategyVersion, day: date) -> dict[str, Any]:
    rows = expect_of(version=shown, portfolio=shown.strategy.portfolio, on=day)
    return {row.step: row for row in rows}


def _write_href(shown: StrategyVersion) -> str:
    address = reverse("strategy:write", args=[shown.strategy.portfolio_id])
    return f"{address}?from={shown.version}"


def _propose_href(shown: StrategyVersion) -> str:
    is_draft = shown.status == StrategyStatus.DRAFT
    return reverse("strategy:propose", args=[shown.pk]) if is_draft else ""


def _decide_href(shown: StrategyVersion, user: User) -> str:
    """Where the reader decides: not for who proposed it, nor without the right."""
    approval = shown.approval
    if shown.status != StrategyStatus.PROPOSED or approval is None:
        return ""
    if approval.requested_by_id == user.pk or not has_right(user, approval.decide_right):
        return ""
    return reverse("strategy:decide", args=[shown.pk])

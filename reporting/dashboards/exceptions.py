"""What needs a hand: loans set aside, feeds too old, steps that failed, incidents open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Count,
    DateField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from collections_app.close.models import CloseRun, CloseSetAside
from compliance.attempts.models import Attempt, Incident
from core.jobs.models import JobRun
from loans.portfolios.feeds import feed_name
from loans.portfolios.models import FeedWatermark, Ledger, Portfolio
from reporting.dashboards.report_filter import ReportFilter


@dataclass(frozen=True, slots=True)
class ExceptionLine:
    """One kind of exception, how many there are, and where they are listed."""

    code: str
    label: str
    number: int
    href: str


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """One exception: what, where, since when, and the page that mends it."""

    what: str
    portfolio: str
    on: dt.date | None
    detail: str
    href: str = ""


def exception_counts(
    *, chosen: ReportFilter, portfolios: Sequence[Portfolio], user: User
) -> dict[str, Subquery]:
    """Returns how many of each kind need a hand in the portfolios of a report, to be read with
    other numbers in one query."""
    readings: dict[str, QuerySet[Any]] = {
        "set_aside": set_aside(user=user, chosen=chosen),
        "stale_feeds": stale_feeds(portfolios=portfolios),
        "failed_steps": failed_steps(portfolios=portfolios),
        "incidents": open_incidents(user=user, chosen=chosen),
    }
    return {code: _count(rows) for code, rows in readings.items()}


def exception_lines(
    *, counts: Mapping[str, int | None], chosen: ReportFilter
) -> list[ExceptionLine]:
    """Returns what needs a hand, each with its number and where it is listed."""
    labels = {
        "set_aside": _("Loans set aside at the last close"),
        "stale_feeds": _("Feeds older than their limit"),
        "failed_steps": _("Steps that failed"),
        "incidents": _("Incidents open"),
    }
    return [
        ExceptionLine(code, label, counts[code] or 0, exceptions_href(code, chosen))
        for code, label in labels.items()
    ]


def _count(rows: QuerySet[Any]) -> Subquery:
    """The number of some rows as a part of another query."""
    return Subquery(
        rows.order_by().annotate(all=Value(1)).values("all").annotate(n=Count("pk")).values("n")
    )


def exceptions_href(code: str, chosen: ReportFilter) -> str:
    """Returns the list of one kind of exception."""
    return f"{reverse('reporting:exceptions', args=[code])}?{chosen.query_string()}"


def exception_rows(
    *, code: str, chosen: ReportFilter, portfolios: Sequence[Portfolio], user: User
) -> list[ExceptionRow]:
    """Returns the exceptions of one kind, the newest first. Raises KeyError for another code."""
    readers = {
        "set_aside": lambda: [_set_aside_row(row) for row in set_aside(user=user, chosen=chosen)],
        "stale_feeds": lambda: [_feed_row(row) for row in stale_feeds(portfolios=portfolios)],
        "failed_steps": lambda: [
            _step_row(row, portfolios) for row in failed_steps(portfolios=portfolios)
        ],
        "incidents": lambda: [
            _incident_row(row) for row in open_incidents(user=user, chosen=chosen)
        ],
    }
    return readers[code]()


def set_aside(*, user: User, chosen: ReportFilter) -> QuerySet[CloseSetAside]:
    """Returns the loans that the shown closes set aside."""
    days = Q(pk__in=[])
    for one in chosen.books:
        days |= Q(portfolio=one.portfolio_id, business_date=one.as_of)
    runs = CloseRun.objects.visible_to(user).filter(days)
    rows = CloseSetAside.objects.filter(run__in=runs)
    return rows.select_related("run__portfolio", "loan").order_by("loan__contract_no")


def stale_feeds(*, portfolios: Sequence[Portfolio]) -> QuerySet[FeedWatermark]:
    """Returns the feeds that are older than their portfolio allows, where others keep the books."""
    external = [one.pk for one in portfolios if one.ledger == Ledger.EXTERNAL and one.is_active]
    good_through = ExpressionWrapper(
        F("through_on") + F("portfolio__feed_limit_days"), output_field=DateField()
    )
    feeds = FeedWatermark.objects.filter(
        portfolio__in=external, portfolio__business_date__gt=good_through
    )
    return feeds.select_related("portfolio").order_by("through_on")


def failed_steps(*, portfolios: Sequence[Portfolio]) -> QuerySet[JobRun]:
    """Returns steps of the background work that failed and were not finished since."""
    codes = [one.code for one in portfolios]
    rows = JobRun.objects.filter(state=JobRun.State.FAILED, scope__in=codes)
    return rows.order_by("-started_at")


def open_incidents(*, user: User, chosen: ReportFilter) -> QuerySet[Incident]:
    """Returns contacts made without the gate's yes that nobody has concluded on."""
    attempts = Attempt.objects.visible_to(user).filter(portfolio__in=chosen.portfolio_ids)
    rows = Incident.objects.filter(closed_at__isnull=True, attempt__in=attempts)
    return rows.select_related("attempt__portfolio").order_by("-opened_at")


def total_exceptions(lines: Sequence[ExceptionLine]) -> int:
    return sum(line.number for line in lines)


def _set_aside_row(row: CloseSetAside) -> ExceptionRow:
    return ExceptionRow(
        row.loan.contract_no,
        row.run.portfolio.name,
        row.run.business_date,
        row.error,
        reverse("close:run", args=[row.run_id]) + "#set-aside",
    )


def _feed_row(row: FeedWatermark) -> ExceptionRow:
    return ExceptionRow(
        feed_name(row.feed),
        row.portfolio.name,
        row.through_on,
        _("Complete through this day; at most %(days)d days are allowed.")
        % {"days": row.portfolio.feed_limit_days},
        reverse("imports:list"),
    )


def _step_row(row: JobRun, portfolios: Sequence[Portfolio]) -> ExceptionRow:
    names = {one.code: one.name for one in portfolios}
    return ExceptionRow(
        row.name,
        names.get(row.scope, row.scope),
        row.business_date,
        row.error.splitlines()[0][:300] if row.error else "",
        reverse("close:list"),
    )


def _incident_row(row: Incident) -> ExceptionRow:
    return ExceptionRow(
        _("Unsanctioned contact by %(name)s") % {"name": row.attempt.made_by},
        row.attempt.portfolio.name,
        row.opened_at.date(),
        row.reason,
        reverse("oversight:incident", args=[row.pk]),
    )

"""The portfolio by bucket: at the shown close, a week and a month before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum, UUIDField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from accounts.models import User
from core.money.amounts import ZERO
from reporting.dashboards import charts, figures
from reporting.dashboards.links import rows_href
from reporting.dashboards.queries import book_sums, days_of
from reporting.dashboards.report_filter import ReportFilter
from reporting.dashboards.scope import BucketName
from reporting.kpis.portfolio_at_risk import portfolio_at_risk
from reporting.kpis.shares import share
from reporting.rollups.models import LEFT_THE_BOOK, BookRollup

WHENS = ("as_of", "week_ago", "month_ago")
_KEYS = ("portfolio_id", "on", "place")
_NOBODY = Cast(Value(None), UUIDField())


@dataclass(slots=True)
class Sums:
    """What the books add up to."""

    loans: int = 0
    overdue: Decimal = ZERO
    principal: Decimal = ZERO
    past_30_principal: Decimal = ZERO
    cases: int = 0
    worked: int = 0

    def add(self, row: Mapping[str, Any]) -> None:
        self.loans += row["loans"]
        self.overdue += row["overdue"]
        self.principal += row["principal"]
        self.past_30_principal += row["past_30"]
        self.cases += row["cases"]
        self.worked += row["worked"]

    @property
    def at_risk(self) -> Decimal | None:
        return portfolio_at_risk(past_principal=self.past_30_principal, principal=self.principal)


@dataclass(slots=True)
class BookSums:
    """Sums of the shown close and the two before it, by bucket and, for the shown one, by agent."""

    by_place: dict[str, dict[str, Sums]] = field(default_factory=dict)
    by_agent: dict[UUID | None, Sums] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)

    def total(self, when: str) -> Sums:
        whole = Sums()
        for sums in self.by_place.get(when, {}).values():
            whole.loans += sums.loans
            whole.overdue += sums.overdue
            whole.principal += sums.principal
            whole.past_30_principal += sums.past_30_principal
            whole.cases += sums.cases
            whole.worked += sums.worked
        return whole


def load_book(*, user: User, chosen: ReportFilter) -> BookSums:
    """Returns the sums of up to three closes of every portfolio; one query.

    Agents are told apart at the shown close only: at three closes they would be most of its rows.
    """
    shown = _sums(user, chosen, ("as_of",)).values(*_KEYS, whose=F("agent_id"))
    before = _sums(user, chosen, ("week_ago", "month_ago")).values(*_KEYS, whose=_NOBODY)
    found = BookSums(by_place={name: defaultdict(Sums) for name in WHENS})
    found.by_agent = defaultdict(Sums)
    days = {one.portfolio_id: one for one in chosen.books}
    for row in _summed(shown, is_shown=True).union(_summed(before, is_shown=False), all=True):
        books = days[row["portfolio_id"]]
        for name in WHENS[:1] if row["is_shown"] else WHENS[1:]:
            if getattr(books, name) == row["on"]:
                found.by_place[name][row["place"]].add(row)
                found.known.add(name)
        if row["is_shown"]:
            found.by_agent[row["whose"]].add(row)
    return found


def _sums(user: User, chosen: ReportFilter, names: Sequence[str]) -> QuerySet[BookRollup]:
    days = Q(pk__in=[])
    for name in names:
        days |= days_of(books=chosen.books, name=name)
    rows = book_sums(user=user, chosen=chosen, days=days)
    return rows.exclude(place__in=LEFT_THE_BOOK).order_by()


def _summed(rows: QuerySet[Any, dict[str, Any]], *, is_shown: bool) -> QuerySet[Any, Any]:
    summed: QuerySet[Any, Any] = rows.annotate(
        is_shown=Value(is_shown),
        loans=Sum("loan_count"),
        overdue=Sum("overdue_amount"),
        principal=Sum("principal_amount"),
        past_30=Sum("past_30_principal"),
        cases=Sum("case_count"),
        worked=Sum("worked_count"),
    )
    return summed


@dataclass(frozen=True, slots=True)
class BucketRow:
    """One bucket of the table."""

    code: str
    severity: int
    loans: str
    loans_href: str
    loans_week: str
    loans_month: str
    overdue: str
    overdue_full: str
    overdue_href: str
    principal: str
    principal_full: str
    principal_href: str
    share_now: str
    share_week: str
    share_month: str


@dataclass(frozen=True, slots=True)
class BookPanel:
    rows: tuple[BucketRow, ...]
    total: BucketRow
    bars: tuple[charts.Bar, ...]
    description: str
    at_risk: str


def book_panel(*, sums: BookSums, buckets: Sequence[BucketName], chosen: ReportFilter) -> BookPanel:
    """Returns the panel: a row per bucket, the bars above it, PAR beneath."""
    shown = [name for name in buckets if not chosen.bucket or name.code == chosen.bucket]
    stray = sums.by_place["as_of"].keys() - {name.code for name in buckets}
    shown += [BucketName(code, 0, 0) for code in sorted(stray)]
    rows = tuple(_row(name.code, name.severity, sums, chosen) for name in shown)
    return BookPanel(
        rows=rows,
        total=_total(sums, chosen),
        bars=_bars(sums, shown, chosen),
        description=_description(rows, sums, chosen),
        at_risk=figures.percent(sums.total("as_of").at_risk),
    )


def _row(code: str, severity: int, sums: BookSums, chosen: ReportFilter) -> BucketRow:
    return _cells(
        code,
        severity,
        {name: sums.by_place[name].get(code, Sums()) for name in WHENS},
        sums,
        chosen.narrowed(bucket=code) if code else chosen,
    )


def _total(sums: BookSums, chosen: ReportFilter) -> BucketRow:
    return _cells("", 0, {name: sums.total(name) for name in WHENS}, sums, chosen)


def _cells(
    code: str, severity: int, by_when: Mapping[str, Sums], sums: BookSums, chosen: ReportFilter
) -> BucketRow:
    now = by_when["as_of"]
    shares = {
        name: share(part=by_when[name].principal, whole=sums.total(name).principal)
        for name in WHENS
    }
    earlier = {name: by_when[name] if name in sums.known else None for name in WHENS}
    week, month = earlier["week_ago"], earlier["month_ago"]
    return BucketRow(
        code=code,
        severity=severity,
        loans=figures.count(now.loans),
        loans_href=rows_href("loans", chosen),
        loans_week=figures.change_in_count(now.loans, week.loans if week else None),
        loans_month=figures.change_in_count(now.loans, month.loans if month else None),
        overdue=figures.short_money(now.overdue, chosen.currency),
        overdue_full=figures.full_money(now.overdue, chosen.currency),
        overdue_href=rows_href("past_due", chosen),
        principal=figures.short_money(now.principal, chosen.currency),
        principal_full=figures.full_money(now.principal, chosen.currency),
        principal_href=rows_href("principal", chosen),
        share_now=figures.percent(shares["as_of"]),
        share_week=figures.change_in_share(shares["as_of"], shares["week_ago"]),
        share_month=figures.change_in_share(shares["as_of"], shares["month_ago"]),
    )


def _bars(
    sums: BookSums, buckets: Sequence[BucketName], chosen: ReportFilter
) -> tuple[charts.Bar, ...]:
    labels = {"as_of": _("Now"), "week_ago": _("Week ago"), "month_ago": _("Month ago")}
    rows = []
    for name in WHENS:
        whole = sums.total(name).principal
        if name in sums.known and whole:
            parts = [
                (
                    bucket.severity,
                    sums.by_place[name].get(bucket.code, Sums()).principal / whole,
                    bucket.code,
                )
                for bucket in buckets
            ]
            rows.append((labels[name], parts))
    return charts.stacked_bars(rows=rows)


def _description(rows: Sequence[BucketRow], sums: BookSums, chosen: ReportFilter) -> str:
    current = rows[0].share_now if rows else "–"
    return _(
        "Outstanding principal by bucket: %(current)s in %(bucket)s at the shown close, of "
        "%(total)s in all."
    ) % {
        "current": current,
        "bucket": rows[0].code if rows else "–",
        "total": figures.short_money(sums.total("as_of").principal, chosen.currency),
    }

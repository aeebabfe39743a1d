"""The roll matrix as a heat table, and the rates read off it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Min, Sum
from django.utils.translation import gettext as _

from accounts.models import User
from reporting.dashboards import figures
from reporting.dashboards.charts import heat
from reporting.dashboards.links import dashboard_href, rows_href
from reporting.dashboards.queries import roll_sums
from reporting.dashboards.report_filter import ReportFilter
from reporting.dashboards.scope import BucketName
from reporting.kpis.roll_matrix import Cell, RollMatrix, build_matrix
from reporting.rollups.books import SPANS
from reporting.rollups.models import LEFT_THE_BOOK


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One share of a row. `tone`: better, same, worse or nothing; `strength` 0 to 4."""

    balance: str
    count: str
    href: str
    tone: str
    strength: int


@dataclass(frozen=True, slots=True)
class HeatRow:
    code: str
    severity: int
    loans: str
    principal: str
    principal_full: str
    href: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True, slots=True)
class SpanLink:
    label: str
    href: str
    is_current: bool
    count: None = None


@dataclass(frozen=True, slots=True)
class RollPanel:
    headings: tuple[str, ...]
    rows: tuple[HeatRow, ...]
    spans: tuple[SpanLink, ...]
    compared_on: dt.date | None
    cure: str
    cure_by_count: str
    forward: str
    forward_by_count: str


def load_matrix(
    *, user: User, chosen: ReportFilter, buckets: Sequence[BucketName]
) -> tuple[RollMatrix, dt.date | None]:
    """Returns the matrix of the shown closes and the earliest day compared with; one query."""
    rows = (
        roll_sums(user=user, chosen=chosen)
        .order_by()
        .values("from_place", "to_place")
        .annotate(loans=Sum("loan_count"), principal=Sum("principal_amount"), day=Min("from_on"))
    )
    cells, days = [], []
    codes = [name.code for name in buckets]
    for row in rows:
        cells.append(Cell(row["from_place"], row["to_place"], row["loans"], row["principal"]))
        days.append(row["day"])
        # A scheme that was changed leaves buckets behind that it no longer names.
        codes += [
            code
            for code in (row["from_place"], row["to_place"])
            if code not in codes and code not in LEFT_THE_BOOK
        ]
    matrix = build_matrix(cells=cells, buckets=codes, exits=LEFT_THE_BOOK)
    return matrix, min(days, default=None)


def roll_panel(
    *, matrix: RollMatrix, day: dt.date | None, chosen: ReportFilter, buckets: Sequence[BucketName]
) -> RollPanel:
    """Returns the heat table: a row per bucket, exits at the end; each row adds up to 100 %."""
    severities = {name.code: name.severity for name in buckets}
    shown = [code for code in matrix.buckets if matrix.row_total(code, by="count")]
    return RollPanel(
        headings=(*matrix.buckets, _("Paid off"), _("Written off")),
        rows=tuple(_row(matrix, code, severities.get(code, 0), chosen) for code in shown),
        spans=_spans(chosen),
        compared_on=day,
        cure=figures.percent(matrix.cure_rate(by="balance")),
        cure_by_count=figures.percent(matrix.cure_rate(by="count")),
        forward=figures.percent(matrix.forward_rate(by="balance")),
        forward_by_count=figures.percent(matrix.forward_rate(by="count")),
    )


def _row(matrix: RollMatrix, code: str, severity: int, chosen: ReportFilter) -> HeatRow:
    total = matrix.row_total(code, by="balance")
    places = (*matrix.buckets, *matrix.exits)
    return HeatRow(
        code=code,
        severity=severity,
        loans=figures.count(matrix.row_total(code, by="count")),
        principal=figures.short_money(total, chosen.currency),
        principal_full=figures.full_money(total, chosen.currency),
        href=rows_href("roll", chosen, from_place=code),
        cells=tuple(_cell(matrix, code, to, chosen) for to in places),
    )


def _cell(matrix: RollMatrix, code: str, to: str, chosen: ReportFilter) -> HeatCell:
    cell = matrix.cell(code, to)
    if not cell.count:
        return HeatCell("–", "–", "", "", 0)
    balance, number = (matrix.rate(code, to, by=by) for by in ("balance", "count"))
    return HeatCell(
        balance=_plain_per_cent(balance),
        count=_plain_per_cent(number),
        href=rows_href("roll", chosen, from_place=code, to_place=to),
        tone=_tone(matrix, code, to),
        strength=heat(number if balance is None else balance),
    )


def _plain_per_cent(share: Decimal | None) -> str:
    return figures.percent(share).rstrip("%")


def _tone(matrix: RollMatrix, code: str, to: str) -> str:
    if to == code:
        return "same"
    if to in matrix.exits:
        return "better" if to == matrix.exits[0] else "worse"
    return "better" if matrix.buckets.index(to) < matrix.buckets.index(code) else "worse"


def _spans(chosen: ReportFilter) -> tuple[SpanLink, ...]:
    labels = {1: _("Day"), 7: _("Week"), 30: _("Month")}
    return tuple(
        SpanLink(labels[span], f"{dashboard_href(chosen, span=span)}#roll", span == chosen.span)
        for span in SPANS
    )

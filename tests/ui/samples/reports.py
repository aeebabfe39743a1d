"""Contexts of the dashboard and the rows behind its numbers, drawn by the pages' own functions."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from types import SimpleNamespace as Row
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.visits.measures import tiles as visit_measures
from core.pages.parts import Tile
from reporting.dashboards.agent_panel import agent_page
from reporting.dashboards.board import Link
from reporting.dashboards.book_panel import BookSums, Sums, book_panel
from reporting.dashboards.event_panels import (
    EventSums,
    funnel_steps,
    money_panel,
    movements,
    number,
)
from reporting.dashboards.exceptions import ExceptionLine
from reporting.dashboards.measures import MEASURES
from reporting.dashboards.periods import PeriodName, period_of
from reporting.dashboards.report_filter import ReportFilter
from reporting.dashboards.roll_panel import roll_panel
from reporting.dashboards.scope import BucketName
from reporting.kpis.roll_matrix import Cell, build_matrix
from reporting.rollups.models import LEFT_THE_BOOK

AS_OF = date(2026, 11, 22)
BUCKETS = [BucketName(f"M{at}", min(at, 5), at * 30) for at in range(7)]
_LOANS = (18_220, 6_012, 1_946, 842, 611, 240, 150)
_NAMES = ("Ana Delgado", "林娜", "Marcus Bell", "Tasha Greene")
PEOPLE = {
    UUID(int=at + 1): Row(
        pk=UUID(int=at + 1),
        full_name=name,
        get_full_name=lambda name=name: name,
        team=Row(name="South"),
    )
    for at, name in enumerate(_NAMES)
}


class Filters(forms.Form):
    """The filters with one choice each."""

    portfolio = forms.ChoiceField(label=_("Portfolio"), choices=[("", _("All portfolios"))])
    team = forms.ChoiceField(label=_("Team"), choices=[("", _("All teams"))])
    agent = forms.ChoiceField(label=_("Agent"), choices=[("", _("Everybody"))])
    bucket = forms.ChoiceField(label=_("Bucket"), choices=[("", _("All buckets"))])
    product = forms.ChoiceField(label=_("Product"), choices=[("", _("All products"))])
    period = forms.ChoiceField(label=_("Period"), choices=PeriodName.choices)
    start = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    end = forms.DateField(label=_("Through"), widget=forms.DateInput(attrs={"type": "date"}))


def _chosen(name: PeriodName) -> ReportFilter:
    period = period_of(name=name, last_closed=AS_OF)
    return ReportFilter(currency="CNY", portfolio_ids=(), books=(), period=period)


def _book() -> BookSums:
    sums = BookSums(by_place={}, known={"as_of", "week_ago", "month_ago"})
    for when, factor in (("as_of", 100), ("week_ago", 99), ("month_ago", 95)):
        sums.by_place[when] = defaultdict(Sums)
        for at, loans in enumerate(_LOANS):
            share = factor if at else 100
            principal = Decimal(loans) * 77_000 * share / 100
            sums.by_place[when][f"M{at}"] = Sums(
                loans * share // 100,
                principal / 30 if at else Decimal(0),
                principal,
                principal if at > 1 else Decimal(0),
                loans if at else 0,
                loans * 9 // 10 if at else 0,
            )
    sums.by_agent = {whose: Sums(cases=142, worked=139) for whose in PEOPLE}
    return sums


def _events(chosen: ReportFilter) -> EventSums:
    sums = EventSums()
    for at, whose in enumerate((*PEOPLE, None), start=1):
        sums.by_agent[whose] = {
            ("money", "settled"): (30 * at, Decimal(64_200) * at),
            ("money", "pending"): (2, Decimal(3_280)),
            ("money", "returned"): (1, Decimal(1_640) * (at % 2)),
            ("due", "met"): (61 * at, Decimal(70_000) * at),
            ("due", "late"): (3 * at, Decimal(9_000) * at),
            ("move", "entry"): (3 * at, Decimal(900_000)),
            ("move", "cure"): (4 * at, Decimal(900_000)),
            ("move", "forward"): (2 * at, Decimal(500_000)),
            ("attempt", "none"): (700 * at, Decimal(0)),
            ("attempt", "connect"): (110 * at, Decimal(0)),
            ("attempt", "rpc"): (200 * at, Decimal(0)),
            ("promise_taken", ""): (70 * at, Decimal(210_000)),
            ("promise_due", "kept"): (31, Decimal(90_000)),
            ("promise_due", "broken"): (19, Decimal(60_000)),
        }
    for at in range(chosen.period.days):
        day = date.fromordinal(chosen.period.start.toordinal() + at)
        sums.by_day[day]["due", "met"] = (40, Decimal(90_000 + 17_000 * (at % 7)))
        sums.by_day[day]["money", "settled"] = (38, Decimal(80_000 + 23_000 * (at % 5)))
        sums.by_day[day]["money", "pending"] = (2, Decimal(9_000 * (at % 3)))
    return sums


def _roll(chosen: ReportFilter) -> Any:
    shares = {0: (("M0", 946), ("M1", 39), (LEFT_THE_BOOK[0], 15))}
    for at in range(1, 7):
        worse = f"M{at + 1}" if at < 6 else LEFT_THE_BOOK[1]
        shares[at] = (("M0", 610 // at), (f"M{at}", 200), (worse, 800 - 610 // at))
    cells = [
        Cell(f"M{at}", to, share, Decimal(share) * 77_000)
        for at, row in shares.items()
        for to, share in row
    ]
    matrix = build_matrix(cells=cells, buckets=[name.code for name in BUCKETS], exits=LEFT_THE_BOOK)
    return roll_panel(matrix=matrix, day=date(2026, 10, 23), chosen=chosen, buckets=BUCKETS)


def _frame(name: PeriodName = PeriodName.MONTH) -> dict[str, Any]:
    chosen = _chosen(name)
    return {
        "filter_form": Filters(),
        "chips": [Link(_("Team"), "?team="), Link(_("Bucket"), "?bucket=")],
        "currencies": [Link("CNY", "?currency=CNY", True), Link("USD", "?currency=USD")],
        "periods": [Link(p.label, f"?period={p}", p == name) for p in list(PeriodName)[:4]],
        "period": chosen.period,
        "dashboard_href": "/dashboard/",
        "currency": "CNY",
    }


def dashboard(name: PeriodName = PeriodName.MONTH) -> dict[str, Any]:
    """The whole page over a month of a large lender."""
    chosen = _chosen(name)
    book, events, roll = _book(), _events(chosen), _roll(chosen)
    labels = (_("Past due"), _("PAR(30)"), _("Entry rate"), _("Rolled forward"))
    labels += (_("Cure rate"), _("Promises kept"), _("Gate stops"), _("Unsanctioned"))
    values = ("¥41.2M", "13.9%", "4.5%", "18.4%", "61.0%", "54.2%", "41", "0")
    tiles = [
        Tile(
            label,
            value,
            "/dashboard/rows/past_due/",
            MEASURES["past_30"].formula,
            _("against a month ago"),
            "+1.3%" if at < 2 else "",
            "worse" if at < 2 else "",
        )
        for at, (label, value) in enumerate(zip(labels, values, strict=True))
    ]
    return _frame(name) | {
        "as_of": AS_OF,
        "other_dates": [("Harbor Credit Union", date(2026, 11, 14))],
        "compared": [(_("a week ago"), date(2026, 11, 15)), (_("a month ago"), None)],
        "tiles": tiles,
        "heat_href": "/dashboard/heat/",
        "book": book_panel(sums=book, buckets=BUCKETS, chosen=chosen),
        "roll": roll,
        "money": money_panel(sums=events, chosen=chosen),
        "movements": movements(sums=events, chosen=chosen),
        "agents": agent_page(sums=events, book=book, chosen=chosen, people=PEOPLE),
        "nobody": number("collected", events, chosen),
        "funnel": funnel_steps(sums=events, chosen=chosen),
        "inbound": number("inbound", events, chosen),
        "no_outcome": number("no_outcome", events, chosen),
        "visits": visit_measures(
            {"routed": 66, "done": 61, "verified": 57, "unverified": 4},
            dict.fromkeys(("routed", "done", "verified", "unverified"), "/visits/"),
        ),
        "exceptions": [
            ExceptionLine("set_aside", _("Loans set aside at the last close"), 3, "/needs/"),
            ExceptionLine("incidents", _("Incidents open"), 0, "/needs/"),
        ],
        "formulas": {code: measure.formula for code, measure in MEASURES.items()},
    }


def refused_dates() -> dict[str, Any]:
    """Dates that cannot be shown: yesterday is, with the reason above the filters."""
    form = Filters({"portfolio": "", "period": "custom", "start": "soon"})
    form.is_valid()
    return dashboard(PeriodName.YESTERDAY) | {"filter_form": form}


def first_use(*, has_portfolios: bool) -> dict[str, Any]:
    """Before the first close, or before the first grant."""
    return _frame() | {
        "is_empty": True,
        "has_portfolios": has_portfolios,
        "closes_href": "/closes/",
        "chips": [],
    }


def rows(table: str = "event") -> dict[str, Any]:
    """The rows behind a number of each kind of table."""
    found = [
        Row(
            contract_no=f"AF-20{at:03}",
            href="/cases/1/" if at % 2 else "",
            portfolio="恒通汽车金融",
            product="Used car",
            place=f"M{at % 4}",
            severity=at % 4,
            to_place="M0",
            to_severity=0,
            on=AS_OF,
            mark=_("settled"),
            amount=Decimal("3280.00"),
            overdue=Decimal("6560.00"),
            principal=Decimal("81204.77"),
            agent=_NAMES[at % 4] if at % 3 else "",
            agent_lang="zh-Hans" if at % 4 == 1 else "",
        )
        for at in range(1, 9)
    ]
    return {
        "as_of": AS_OF,
        "heading": _("Collected"),
        "formula": MEASURES["collected"].formula,
        "table": table,
        "total": "¥388,028.11",
        "rows": found,
        "period": _chosen(PeriodName.MONTH).period if table == "event" else None,
        "rolled": ["M1", "M0"] if table == "roll" else [],
        "chips": [Link(_("Team"), "?team=")],
        "currency": "CNY",
        "back_href": "/dashboard/",
        "export_href": "/dashboard/rows/collected/export/",
        "most_rows": "100,000",
        "shown": "8",
        "next_href": "?after=1",
    }


def rows_refused() -> dict[str, Any]:
    """More rows than a file holds."""
    return rows() | {"rows": [], "total": "", "refusal": MEASURES["collected"].formula}


def exceptions() -> dict[str, Any]:
    """What needs a hand."""
    return {
        "heading": _("Loans set aside at the last close"),
        "back_href": "/dashboard/",
        "rows": [
            Row(
                what="AF-20391",
                href="/closes/1/",
                portfolio="恒通汽车金融",
                on=AS_OF,
                detail="ValueError: receipts exceed the contract",
            )
        ],
    }

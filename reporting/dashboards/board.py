"""The dashboard put together: tiles, panels, chips, and what to say where there is nothing yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access.decorators import has_right
from core.pages.parts import Tile
from loans.portfolios.models import Portfolio
from reporting.dashboards import figures
from reporting.dashboards.agent_panel import agent_page
from reporting.dashboards.book_panel import BookSums, book_panel, load_book
from reporting.dashboards.event_panels import (
    EventSums,
    funnel_steps,
    load_events,
    money_panel,
    movements,
    number,
)
from reporting.dashboards.exceptions import exception_counts, exception_lines, total_exceptions
from reporting.dashboards.forms import FilterForm
from reporting.dashboards.links import dashboard_href, rows_href
from reporting.dashboards.measures import MEASURES
from reporting.dashboards.periods import PeriodName
from reporting.dashboards.queries import read_together
from reporting.dashboards.report_filter import ReportFilter
from reporting.dashboards.roll_panel import RollPanel, load_matrix, roll_panel
from reporting.dashboards.scope import ReportScope, names_of_agents
from reporting.dashboards.visit_panel import visit_counts, visit_tiles
from reporting.kpis.entry_rate import entry_rate
from reporting.kpis.gate_stop_rate import gate_stop_rate
from reporting.kpis.kept_rate import kept_rate

#: Filters that stand as chips, and the field whose choice names their value.
CHIPS = ("portfolio", "team", "agent", "product", "bucket")


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    href: str
    is_current: bool = False
    count: int | None = None


def dashboard(*, scope: ReportScope, form: FilterForm, agents_after: int = 0) -> dict[str, Any]:
    """Returns the context of the dashboard; ten queries after the scope's four.

    `agents_after` is how many agents were shown on the pages before.
    """
    chosen = form.chosen()
    frame = {
        "filter_form": form,
        "chips": chips(form=form, chosen=chosen),
        "clear_href": dashboard_href(chosen, **dict.fromkeys(CHIPS, "")),
        "currencies": _currencies(scope, chosen),
        "periods": _periods(chosen),
        "period": chosen.period,
        "dashboard_href": reverse("reporting:dashboard"),
        "currency": chosen.currency,
        "is_team_only": scope.is_team_only,
    }
    if not chosen.books:
        return frame | {"is_empty": True, **_first_use(scope)}
    portfolios = [one for one in form.portfolios if one.pk in chosen.portfolio_ids]
    numbers = _numbers(scope, chosen, portfolios, agents_after)
    return frame | numbers | as_of(portfolios, chosen)


def _numbers(
    scope: ReportScope,
    chosen: ReportFilter,
    portfolios: Sequence[Portfolio],
    agents_after: int,
) -> dict[str, Any]:
    user = scope.user
    buckets = scope.buckets_of(portfolios)
    book = load_book(user=user, chosen=chosen)
    events = load_events(user=user, chosen=chosen)
    matrix, day = load_matrix(user=user, chosen=chosen, buckets=buckets)
    roll = roll_panel(matrix=matrix, day=day, chosen=chosen, buckets=buckets)
    beside = visit_counts(user=user, chosen=chosen, portfolios=portfolios)
    shows_exceptions = has_right(user, "case.view_all")
    if shows_exceptions:
        beside |= exception_counts(chosen=chosen, portfolios=portfolios, user=user)
    counts = read_together(user=user, readings=beside)
    lines = exception_lines(counts=counts, chosen=chosen) if shows_exceptions else []
    return {
        "tiles": _tiles(book, events, roll, chosen),
        "book": book_panel(sums=book, buckets=buckets, chosen=chosen),
        "roll": roll,
        "money": money_panel(sums=events, chosen=chosen),
        "movements": movements(sums=events, chosen=chosen),
        "agents": agent_page(
            sums=events,
            book=book,
            chosen=chosen,
            people=names_of_agents(scope),
            after=agents_after,
        ),
        "nobody": number("collected", events, chosen),
        "funnel": funnel_steps(sums=events, chosen=chosen),
        "inbound": number("inbound", events, chosen),
        "no_outcome": number("no_outcome", events, chosen),
        "visits": visit_tiles(counts=counts, chosen=chosen, portfolios=portfolios),
        "exceptions": lines,
        "exceptions_total": total_exceptions(lines),
        "formulas": {code: str(measure.formula) for code, measure in MEASURES.items()},
    }


def _tiles(book: BookSums, events: EventSums, roll: RollPanel, chosen: ReportFilter) -> list[Tile]:
    return [
        *_book_tiles(book, chosen),
        _entry_tile(events, chosen),
        Tile(
            _("Rolled forward"),
            roll.forward,
            rows_href("roll", chosen),
            str(MEASURES["roll"].formula),
            _("of past-due balance, %(count)s of loans") % {"count": roll.forward_by_count},
        ),
        Tile(
            _("Cure rate"),
            roll.cure,
            rows_href("roll", chosen),
            _(
                "Past-due accounts of the earlier day that are current at the close / past-due "
                "accounts of the earlier day. One cohort over one period, by balance."
            ),
            _("of past-due balance, %(count)s of loans") % {"count": roll.cure_by_count},
        ),
        _kept_tile(events, chosen),
        *_conduct_tiles(events, chosen),
    ]


def _book_tiles(book: BookSums, chosen: ReportFilter) -> list[Tile]:
    now, before = book.total("as_of"), book.total("month_ago")
    known = "month_ago" in book.known
    change = figures.change_in_per_cent(now.overdue, before.overdue if known else None)
    points = figures.change_in_share(now.at_risk, before.at_risk if known else None)
    return [
        Tile(
            _("Past due"),
            figures.short_money(now.overdue, chosen.currency),
            rows_href("past_due", chosen),
            str(MEASURES["past_due"].formula),
            _("against a month ago") if change else _("no close a month ago"),
            change,
            _tone(change, more_is_worse=True),
            figures.full_money(now.overdue, chosen.currency),
        ),
        Tile(
            _("PAR(30)"),
            figures.percent(now.at_risk),
            rows_href("past_30", chosen),
            str(MEASURES["past_30"].formula),
            _("against a month ago") if points else _("no close a month ago"),
            points,
            _tone(points, more_is_worse=True),
        ),
    ]


def _entry_tile(events: EventSums, chosen: ReportFilter) -> Tile:
    late, due = (int(events.number(code)) for code in ("became_late", "fell_due"))
    return Tile(
        _("Entry rate"),
        figures.percent(entry_rate(became_late=late, fell_due=due)),
        rows_href("became_late", chosen) if late else "",
        str(MEASURES["became_late"].formula),
        _("%(late)s of %(due)s accounts that fell due")
        % {"late": figures.count(late), "due": figures.count(due)},
    )


def _kept_tile(events: EventSums, chosen: ReportFilter) -> Tile:
    kept, judged = (int(events.number(code)) for code in ("kept", "promises_judged"))
    waiting = int(events.number("promises_open"))
    note = _("%(kept)s of %(judged)s promises judged") % {
        "kept": figures.count(kept),
        "judged": figures.count(judged),
    }
    if not judged:
        note = ngettext(
            "%(n)s falls due, none is judged yet", "%(n)s fall due, none is judged yet", waiting
        ) % {"n": figures.count(waiting)}
    rate = kept_rate(kept=kept, partial=judged - kept, broken=0)
    code = "promises_judged" if judged else "promises_open"
    return Tile(
        _("Promises kept"),
        figures.percent(rate),
        rows_href(code, chosen) if judged or waiting else "",
        str(MEASURES["kept"].formula),
        note,
    )


def _conduct_tiles(events: EventSums, chosen: ReportFilter) -> list[Tile]:
    stops, attempts = (int(events.number(code)) for code in ("gate_stops", "attempts"))
    unsanctioned = int(events.number("unsanctioned"))
    rate = figures.percent(gate_stop_rate(stops=stops, attempts=attempts))
    return [
        Tile(
            _("Gate stops"),
            figures.count(stops),
            rows_href("gate_stops", chosen) if stops else "",
            str(MEASURES["gate_stops"].formula),
            _("%(rate)s of attempts asked for") % {"rate": rate},
        ),
        Tile(
            _("Unsanctioned"),
            figures.count(unsanctioned),
            rows_href("unsanctioned", chosen) if unsanctioned else "",
            str(MEASURES["unsanctioned"].formula),
            _("contacts without the gate's yes"),
            tone="worse" if unsanctioned else "better",
        ),
    ]


def _tone(change: str, *, more_is_worse: bool) -> str:
    if not change or change[0] not in f"+{figures.MINUS}":
        return ""
    return "worse" if (change[0] == "+") == more_is_worse else "better"


def as_of(portfolios: Sequence[Portfolio], chosen: ReportFilter) -> dict[str, Any]:
    """Returns the close that is shown, and every portfolio whose is another one."""
    names = {one.pk: one.name for one in portfolios}
    active = {one.pk for one in portfolios if one.is_active}
    shown = max(one.as_of for one in chosen.books)
    return {
        "as_of": shown,
        "other_dates": [
            (names[one.portfolio_id], one.as_of) for one in chosen.books if one.as_of != shown
        ],
        "not_closed": [
            name
            for pk, name in names.items()
            if pk in active - {one.portfolio_id for one in chosen.books}
        ],
        "compared": _compared(chosen),
    }


def _compared(chosen: ReportFilter) -> list[tuple[str, dt.date | None]]:
    week = {one.week_ago for one in chosen.books if one.week_ago}
    month = {one.month_ago for one in chosen.books if one.month_ago}
    return [
        (_("a week ago"), max(week, default=None)),
        (_("a month ago"), max(month, default=None)),
    ]


def chips(*, form: FilterForm, chosen: ReportFilter) -> list[Link]:
    """Returns a removable chip for every filter in force."""
    found = []
    for name in CHIPS:
        value = getattr(chosen, name)
        if value:
            choices = dict(form.fields[name].choices)  # type: ignore[attr-defined]
            label = _("%(what)s: %(value)s") % {
                "what": form.fields[name].label,
                "value": choices.get(str(value), value),
            }
            found.append(Link(label, dashboard_href(chosen, **{name: ""})))
    return found


def _currencies(scope: ReportScope, chosen: ReportFilter) -> list[Link]:
    """Amounts of two currencies are never added: one is shown at a time."""
    if len(scope.currencies) < 2:
        return []
    cleared = {"portfolio": "", "product": "", "bucket": ""}
    return [
        Link(code, dashboard_href(chosen, currency=code, **cleared), code == chosen.currency)
        for code in scope.currencies
    ]


def _periods(chosen: ReportFilter) -> list[Link]:
    return [
        Link(
            str(name.label),
            dashboard_href(chosen, period=name.value, start="", end=""),
            name == chosen.period.name,
        )
        for name in PeriodName
        if name != PeriodName.CUSTOM
    ]


def _first_use(scope: ReportScope) -> dict[str, Any]:
    return {
        "has_portfolios": bool(scope.portfolios),
        "closes_href": reverse("close:list") if has_right(scope.user, "close.view") else "",
    }

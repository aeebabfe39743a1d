"""What happened in the period: money by day, agents, movements, the contact funnel."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from django.db.models import Sum
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import User
from core.money.amounts import ZERO
from reporting.dashboards import charts, figures
from reporting.dashboards.links import rows_at, rows_href
from reporting.dashboards.measures import MEASURES, Measure, Unit
from reporting.dashboards.periods import ONE_DAY, PeriodName
from reporting.dashboards.queries import event_sums
from reporting.dashboards.report_filter import ReportFilter
from reporting.kpis.contact_funnel import ContactFunnel
from reporting.kpis.shares import share
from reporting.rollups.models import EventKind

Totals = tuple[int, Decimal]
#: Stands for no narrowing to one agent; None is what belongs to nobody.
EVERYBODY: Final = UUID(int=0)


@dataclass
class EventSums:
    """Sums of the period by kind, mark and agent, and of money by day. Read once it is whole."""

    by_agent: dict[UUID | None, dict[tuple[str, str], Totals]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    by_day: dict[dt.date, dict[tuple[str, str], Totals]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def number(self, code: str, *, agent: UUID | None = EVERYBODY) -> Decimal:
        """Returns the number of a measure, of everybody or of one agent (None: nobody's)."""
        measure = MEASURES[code]
        found = ZERO if measure.unit == Unit.MONEY else Decimal(0)
        sums = self._of_everybody if agent == EVERYBODY else self.by_agent.get(agent, {})
        for (kind, mark), (events, amount) in sums.items():
            if _counts(measure, kind, mark):
                found += amount if measure.unit == Unit.MONEY else events
        return found

    @cached_property
    def _of_everybody(self) -> dict[tuple[str, str], Totals]:
        """Added up once: a page asks for thirty numbers, and a floor has hundreds of agents."""
        found: dict[tuple[str, str], Totals] = {}
        for sums in self.by_agent.values():
            for mark, (events, amount) in sums.items():
                before = found.get(mark, (0, ZERO))
                found[mark] = (before[0] + events, before[1] + amount)
        return found

    def on_day(self, code: str, day: dt.date) -> Decimal:
        """Returns the amount of a money measure on one day."""
        measure, that_day = MEASURES[code], self.by_day.get(day, {})
        return sum(
            (
                amount
                for (kind, mark), (_events, amount) in that_day.items()
                if _counts(measure, kind, mark)
            ),
            ZERO,
        )


def _counts(measure: Measure, kind: str, mark: str) -> bool:
    return measure.kind == kind and (not measure.marks or mark in measure.marks)


def load_events(*, user: User, chosen: ReportFilter) -> EventSums:
    """Returns the sums of the events of the period; two queries."""
    rows = event_sums(user=user, chosen=chosen).order_by()
    found = EventSums()
    totals = {"events": Sum("event_count"), "total": Sum("amount")}
    by_agent: Any = rows.values("kind", "mark", "agent_id").annotate(**totals)
    for row in by_agent:
        mark = (row["kind"], row["mark"])
        found.by_agent[row["agent_id"]][mark] = (row["events"], row["total"])
    money = rows.filter(kind__in=(EventKind.MONEY, EventKind.DUE))
    by_day: Any = money.values("kind", "mark", "on").annotate(**totals)
    for row in by_day:
        found.by_day[row["on"]][row["kind"], row["mark"]] = (row["events"], row["total"])
    return found


@dataclass(frozen=True, slots=True)
class Number:
    """A number that opens its rows. `href` is empty where there is nothing to open.

    Hundreds stand on one page, so it writes itself instead of being included.
    """

    text: str
    href: str
    full: str = ""

    def __str__(self) -> SafeString:
        if not self.href:
            return format_html('<span class="quiet">{}</span>', self.text)
        title = format_html(' title="{}"', self.full) if self.full else ""
        return format_html('<a href="{}"{}>{}</a>', self.href, title, self.text)


def number(code: str, sums: EventSums, chosen: ReportFilter) -> Number:
    """Returns a measure of the period as it is shown, of everybody."""
    return _number(code, sums.number(code), chosen, chosen.query_string())


def number_of_agent(
    code: str, sums: EventSums, chosen: ReportFilter, *, agent: UUID, query: str
) -> Number:
    """Returns a measure of the period as it is shown, of one agent; `query` has their filters."""
    return _number(code, sums.number(code, agent=agent), chosen, query)


def _number(code: str, found: Decimal, chosen: ReportFilter, query: str) -> Number:
    measure = MEASURES[code]
    href = rows_at(code, query) if found else ""
    if measure.unit == Unit.MONEY:
        return Number(
            figures.short_money(found, chosen.currency),
            href,
            figures.full_money(found, chosen.currency),
        )
    return Number(figures.count(found), href)


@dataclass(frozen=True, slots=True)
class MoneyDay:
    on: dt.date
    due: str
    due_href: str
    settled: str
    pending: str
    returned: str
    collected: str
    collected_href: str
    share: str


@dataclass(frozen=True, slots=True)
class MoneyPanel:
    due: Number
    collected: Number
    settled: Number
    pending: Number
    returned: Number
    share: str
    days: tuple[MoneyDay, ...]
    bars: tuple[charts.DayBar, ...]
    description: str


def money_panel(*, sums: EventSums, chosen: ReportFilter) -> MoneyPanel:
    """Returns what came in against what fell due, by day."""
    span = chosen.period
    days = [span.start + at * ONE_DAY for at in range(span.days)]
    collected, due = sums.number("collected"), sums.number("due")
    drawn = [
        (
            f"{day:%m-%d}",
            sums.on_day("due", day),
            sums.on_day("settled", day),
            sums.on_day("pending", day),
        )
        for day in days
    ]
    return MoneyPanel(
        **{
            code: number(code, sums, chosen)
            for code in ("due", "collected", "settled", "pending", "returned")
        },
        share=figures.percent(share(part=collected, whole=due)),
        days=tuple(_money_day(sums, chosen, day) for day in reversed(days)),
        bars=charts.day_bars(days=drawn),
        description=_("%(collected)s came in from %(start)s through %(end)s; %(due)s fell due.")
        % {
            "collected": figures.short_money(collected, chosen.currency),
            "start": span.start,
            "end": span.end,
            "due": figures.short_money(due, chosen.currency),
        },
    )


def _money_day(sums: EventSums, chosen: ReportFilter, day: dt.date) -> MoneyDay:
    found = {
        code: sums.on_day(code, day)
        for code in ("due", "collected", "settled", "pending", "returned")
    }
    shown = {code: figures.full_money(amount, chosen.currency) for code, amount in found.items()}
    dates = {"period": PeriodName.CUSTOM.value, "start": day, "end": day}
    return MoneyDay(
        on=day,
        due_href=rows_href("due", chosen, **dates) if found["due"] else "",
        collected_href=rows_href("collected", chosen, **dates) if found["collected"] else "",
        share=figures.percent(share(part=found["collected"], whole=found["due"])),
        **shown,
    )


@dataclass(frozen=True, slots=True)
class FunnelStep:
    label: str
    number: Number
    of_before: str
    width: str


def funnel_steps(*, sums: EventSums, chosen: ReportFilter) -> tuple[FunnelStep, ...]:
    """Returns attempts, connects, right-party contacts, promises, each with its denominator."""
    codes = ("attempts", "connects", "right_party", "promises")
    counts = [int(sums.number(code)) for code in codes]
    called_us = int(sums.number("inbound_right_party"))
    attempts, connects, right_party, promises = counts
    funnel = ContactFunnel(attempts, connects, right_party, promises, called_us)
    rates = (None, funnel.connect_rate, funnel.right_party_rate, funnel.promise_rate)
    widest = max(*counts, 1)
    return tuple(
        FunnelStep(
            label=str(MEASURES[code].title),
            number=number(code, sums, chosen),
            of_before=figures.percent(rate),
            width=f"{Decimal(found) / widest * 100:.1f}",
        )
        for code, found, rate in zip(codes, counts, rates, strict=True)
    )


@dataclass(frozen=True, slots=True)
class Movement:
    code: str
    label: str
    formula: str
    number: Number
    is_better: bool


def movements(*, sums: EventSums, chosen: ReportFilter) -> Sequence[Movement]:
    """Returns entries, cures and rolls of the period, each opening its loans."""
    better = {"cures", "back", "paid_off"}
    return [
        Movement(
            code,
            str(MEASURES[code].title),
            str(MEASURES[code].formula),
            number(code, sums, chosen),
            code in better,
        )
        for code in ("entries", "cures", "forward", "back", "paid_off", "written_off")
    ]

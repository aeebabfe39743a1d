"""Who did what in the period: a row for each agent, some at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from core.money.amounts import ZERO
from reporting.dashboards import figures
from reporting.dashboards.book_panel import BookSums, Sums
from reporting.dashboards.event_panels import EventSums, Number, number_of_agent
from reporting.dashboards.links import dashboard_href, rows_at
from reporting.dashboards.report_filter import ReportFilter
from reporting.kpis.kept_rate import kept_rate
from reporting.kpis.logging_rate import logging_rate
from reporting.rollups.models import EventKind

#: Rows of agents shown at a time: what the page costs must not grow with the size of the floor.
AGENTS_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class AgentRow:
    """One person's row; `held` and what follows open their rows."""

    name: str
    lang: str
    team: str
    href: str
    held: Number
    unlogged: Number
    logged: str
    attempts: Number
    connects: Number
    right_party: Number
    promises: Number
    kept: str
    collected: Number
    returned: Number


@dataclass(frozen=True, slots=True)
class AgentPage:
    """Some of the agents, and the way to the others where they do not fit on one page."""

    rows: tuple[AgentRow, ...]
    shown: str = ""
    first_href: str = ""
    next_href: str = ""


def agent_page(
    *,
    sums: EventSums,
    book: BookSums,
    chosen: ReportFilter,
    people: Mapping[UUID, User],
    after: int = 0,
) -> AgentPage:
    """Returns rows for everybody with cases or events, by team and name: no ranking by money.

    `after` is how many of them were shown before; past the last one there are none.
    """
    busy = {whose for whose in sums.by_agent if whose is not None}
    busy |= {whose for whose, held in book.by_agent.items() if whose is not None and held.cases}
    known = [people[whose] for whose in busy if whose in people]
    known.sort(key=lambda user: (user.team.name if user.team else "", user.full_name))
    some = known[after : after + AGENTS_SHOWN]
    rows = tuple(_agent_row(user, sums, book, chosen) for user in some)
    if len(some) == len(known):
        return AgentPage(rows)
    last = after + len(some)
    return AgentPage(
        rows,
        shown=_("%(first)d to %(last)d of %(total)d")
        % {"first": after + 1, "last": last, "total": len(known)},
        first_href=_agents_href(chosen, 0) if after else "",
        next_href=_agents_href(chosen, last) if last < len(known) else "",
    )


def _agents_href(chosen: ReportFilter, after: int) -> str:
    return f"{dashboard_href(chosen)}&agents_after={after}#agents"


def _agent_row(user: User, sums: EventSums, book: BookSums, chosen: ReportFilter) -> AgentRow:
    held = book.by_agent.get(user.pk, Sums())
    mine = sums.by_agent.get(user.pk, {})
    judged = {
        mark: mine.get((EventKind.PROMISE_DUE.value, mark), (0, ZERO))[0]
        for mark in ("kept", "partial", "broken", "taken_back")
    }
    rate = kept_rate(**judged)
    # Eight numbers open their rows with the same filters.
    query = chosen.query_string(agent=user.pk)
    events = {
        code: number_of_agent(code, sums, chosen, agent=user.pk, query=query)
        for code in (
            *("attempts", "connects", "right_party"),
            *("promises", "collected", "returned"),
        )
    }
    return AgentRow(
        name=user.get_full_name(),
        lang="zh-Hans" if any(ord(sign) > 0x2E80 for sign in user.full_name) else "",
        team=user.team.name if user.team else "",
        href=dashboard_href(chosen, agent=user.pk),
        held=_held("cases", held.cases, query),
        unlogged=_held("unlogged", held.cases - held.worked, query),
        logged=figures.percent(logging_rate(worked=held.worked, held=held.cases), places=0),
        kept=figures.percent(rate, places=0),
        **events,
    )


def _held(code: str, found: int, query: str) -> Number:
    return Number(figures.count(found), rows_at(code, query) if found else "")

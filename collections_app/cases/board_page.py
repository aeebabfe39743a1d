"""What the assignment board shows, from its reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access.decorators import has_right
from accounts.models import Team, User
from accounts.users.languages import language_name
from collections_app.cases.board import (
    AgentRow,
    UndealtGroup,
    agents_by_team,
    latest_moves,
    names_of,
    standing_moves,
    teams_for,
    undealt_for,
)
from collections_app.cases.moves import CaseMove
from collections_app.cases.wording import people_and_cases, remedy_text, why_text
from core import clock

_ALMOST_FULL = 90  # percent of the capacity from which on a row is marked


def board_context(user: User) -> dict[str, Any]:
    """Returns the board of everybody whose work the user deals out."""
    at, local = clock.now(), clock.local_now(user.time_zone)
    today_from = datetime.combine(local.date(), time.min, tzinfo=local.tzinfo)
    teams = list(teams_for(user))
    rows = agents_by_team(teams=teams, at=at, today_from=today_from)
    everyone = [row for theirs in rows.values() for row in theirs]
    back = standing_moves([row.agent.pk for row in everyone if row.back_since])
    groups = undealt_for(user)
    names = names_of({group.what for group in groups if group.reason == "holder_away"})
    return {
        "as_of": local,
        "figures": _figures(everyone, groups),
        # Teams without agents come last: there is nothing to do for them here.
        "teams": [
            _team(team, rows.get(team.pk, []), back)
            for team in sorted(teams, key=lambda team: team.pk not in rows)
        ],
        "undealt": [_undealt(group, names) for group in groups],
        "undealt_summary": people_and_cases(
            sum(group.people for group in groups), sum(group.cases for group in groups)
        ),
        "deal_href": reverse("assignment:deal"),
        "moves": [_move(move) for move in latest_moves(user)],
        "rules_href": reverse("admin:collections_app_teamqueue_changelist")
        if has_right(user, "admin.view")
        else "",
    }


def _figures(rows: list[AgentRow], groups: list[UndealtGroup]) -> list[dict[str, Any]]:
    away = sum(row.away_until is not None for row in rows)
    waiting = sum(group.people for group in groups)
    return [
        {"label": _("People held"), "value": f"{sum(row.load.people for row in rows):,}"},
        {"label": _("New today"), "value": f"{sum(row.load.lately for row in rows):,}"},
        {"label": _("Agents at work"), "value": sum(row.is_here for row in rows)},
        {"label": _("Agents away"), "value": away, "icon": "leave" if away else ""},
        {
            "label": _("People with nobody"),
            "value": f"{waiting:,}",
            "icon": "caution" if waiting else "",
        },
    ]


def _team(team: Team, rows: list[AgentRow], back: Mapping[UUID, CaseMove]) -> dict[str, Any]:
    people = sum(row.load.people for row in rows)
    return {
        "id": str(team.pk),
        "name": team.name,
        "lead": team.lead.full_name if team.lead else "",
        "summary": people_and_cases(people, sum(row.load.cases for row in rows)),
        "agents": [_agent(row, back.get(row.agent.pk)) for row in rows],
    }


def _agent(row: AgentRow, standing: CaseMove | None) -> dict[str, Any]:
    agent, held = row.agent, row.load.people
    filled = round(100 * held / agent.capacity) if agent.capacity else None
    state, state_name = _presence(row)
    href = ""
    if row.load.cases:
        href = f"{reverse('assignment:preview')}?from={agent.pk}"
    return {
        "name": agent.full_name,
        "lang": "zh-Hans" if any("\u3400" <= char <= "\u9fff" for char in agent.full_name) else "",
        "role": agent.get_role_display(),
        "state": state,
        "state_name": state_name,
        "languages": ", ".join(language_name(code) for code in agent.spoken_languages),
        "skills": ", ".join(agent.skills),
        "regions": ", ".join(agent.regions),
        "people": held,
        "cases": row.load.cases,
        "capacity": agent.capacity,
        "filled": None if filled is None else min(filled, 100),
        "is_full": filled is not None and filled >= 100,
        "is_almost_full": filled is not None and _ALMOST_FULL <= filled < 100,
        "share": agent.share_percent,
        "new_today": row.load.lately,
        "past_due": [{"currency": code, "amount": amount} for code, amount in row.past_due],
        "move_href": href,
        "must_move": bool(row.load.cases) and (row.away_until is not None or not agent.is_active),
        "give_back": _give_back(standing) if standing else None,
    }


def _presence(row: AgentRow) -> tuple[str, str]:
    if not row.agent.is_active:
        return "failed", _("no longer signs in")
    if row.away_until is not None:
        return "uncertain", _("away until %(day)s") % {"day": row.away_until.isoformat()}
    if row.is_here:
        return "done", _("at work")
    return "waiting", _("off shift")


def _give_back(move: CaseMove) -> dict[str, Any]:
    return {
        "href": reverse("assignment:move", args=[move.pk]),
        "text": ngettext(
            "back from leave: give back %(n)d person",
            "back from leave: give back %(n)d people",
            move.people_count,
        )
        % {"n": move.people_count},
    }


def _undealt(group: UndealtGroup, names: Mapping[str, str]) -> dict[str, Any]:
    move_href = ""
    if group.what in names:
        move_href = f"{reverse('assignment:preview')}?from={group.what}"
    return {
        "portfolio": group.portfolio,
        "why": why_text(group.reason, group.what, names),
        "remedy": remedy_text(group.reason),
        "people": group.people,
        "cases": group.cases,
        "move_href": move_href,
    }


def _move(move: CaseMove) -> dict[str, Any]:
    return {
        "href": reverse("assignment:move", args=[move.pk]),
        "made_at": move.made_at,
        "by": move.made_by.full_name,
        "from_name": move.from_user.full_name if move.from_user else _("chosen cases"),
        "summary": people_and_cases(move.people_count, move.case_count),
        "reason": move.reason,
        "is_undone": move.undone_at is not None,
    }

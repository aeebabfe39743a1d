"""The live floor in words: a team, its agents, their numbers, each with where its rows are."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from accounts.access.decorators import has_right
from accounts.models import Team, User
from collections_app.desk.floor import (
    MEASURES,
    AgentLine,
    Day,
    agent_lines,
    agents_of,
    floor_teams,
    totals,
)
from collections_app.desk.floor_forms import TargetForm
from collections_app.desk.floor_rows import MOST, floor_rows
from collections_app.desk.people import lang_of
from collections_app.worklist.another_agent_views import requests_context
from core import clock
from core.encryption.masks import mask_name

#: Seconds between two looks.
REFRESH_SECONDS: Final = 15
#: Minutes without a deed from which on a line is marked.
_IDLE_MINUTES: Final = 15
#: measure -> the column of the team that holds its target
TARGETS: Final = {
    "attempts": "target_attempts",
    "talks": "target_talks",
    "promises": "target_promises",
}
#: Numbers that ask somebody to look, when they are not nought.
_CARE: Final = frozenset({"stops", "unlogged", "drafts", "callbacks"})


def today_of(viewer: User) -> Day:
    """The viewer's day so far, on their own clock."""
    local = clock.local_now(viewer.time_zone)
    since = datetime.combine(local.date(), time.min, tzinfo=local.tzinfo)
    return Day(viewer=viewer, since=since, now=clock.now())


def chosen_team(viewer: User, params: QueryDict) -> tuple[list[Team], Team | None]:
    """The teams the viewer may choose from, and the one the address names, else their own."""
    teams = floor_teams(viewer)
    wanted = params.get("team", str(viewer.team_id or ""))
    team = next((team for team in teams if str(team.pk) == wanted), None)
    led = next((team for team in teams if team.lead_id == viewer.pk), None)
    return teams, team or led or (teams[0] if teams else None)


def floor_context(*, viewer: User, params: QueryDict) -> dict[str, Any]:
    """Returns the context of the page."""
    teams, team = chosen_team(viewer, params)
    day = today_of(viewer)
    is_paused = params.get("pause") == "1"
    if team is None:
        return {"teams": [], "team": None, "as_of": clock.local_now(viewer.time_zone)}
    agents = agents_of(day, [team])
    lines = agent_lines(day, agents)
    return {
        "teams": [
            {
                "label": each.name,
                "href": _href(each, is_paused),
                "is_current": each == team,
                "count": None,
            }
            for each in teams
        ],
        "team": team,
        "lang": lang_of(team.name),
        "columns": [
            {"label": measure.label, "meaning": measure.meaning} for measure in MEASURES.values()
        ],
        "lines": [_line(line, team, day) for line in lines],
        "totals": _numbers(totals(lines), team, None),
        "as_of": clock.local_now(viewer.time_zone),
        "refresh_href": "" if is_paused else _href(team, is_paused),
        "refresh_trigger": f"every {REFRESH_SECONDS}s",
        "pause_href": _href(team, not is_paused),
        "is_paused": is_paused,
        **(requests_context(viewer) if has_right(viewer, "case.assign") else {}),
        **_targets(viewer, team),
    }


def _href(team: Team, is_paused: bool) -> str:
    query = {"team": str(team.pk)} | ({"pause": "1"} if is_paused else {})
    return f"{reverse('desk:floor')}?{urlencode(query)}"


def _line(line: AgentLine, team: Team, day: Day) -> dict[str, Any]:
    name = line.agent.get_full_name()
    minutes = _idle_minutes(line, day)
    return {
        "name": name,
        "lang": lang_of(name),
        "numbers": _numbers(line.numbers, team, line.agent),
        "idle": _idle(line, day),
        "is_idle": minutes is not None and minutes >= _IDLE_MINUTES,
        "is_abused": line.is_abused,
        "in_hand": _in_hand(line.agent, day),
        "paused_until": _clock(line.agent.paused_until, day),  # type: ignore[attr-defined]
        "move_href": f"{reverse('assignment:preview')}?from={line.agent.pk}"
        if has_right(day.viewer, "case.assign")
        else "",
    }


def _in_hand(agent: Any, day: Day) -> dict[str, str] | None:
    """The person an agent has now: masked, since when, and the case they came by."""
    if not agent.in_hand:
        return None
    name = agent.in_hand["name"]
    return {
        "name": mask_name(name),
        "lang": lang_of(name),
        "href": reverse("desk:case", args=[agent.in_hand["case"]]),
        "since": _clock(datetime.fromisoformat(agent.in_hand["since"]), day),
    }


def _clock(at: datetime | None, day: Day) -> str:
    return f"{at.astimezone(clock.zone_of(day.viewer.time_zone)):%H:%M}" if at else ""


def _idle_minutes(line: AgentLine, day: Day) -> int | None:
    if line.last_at is None:
        return None
    return max(0, int((day.now - line.last_at).total_seconds() // 60))


def _idle(line: AgentLine, day: Day) -> str:
    """Since when nothing was done: a call, an entry, anything that leaves a trace."""
    minutes = _idle_minutes(line, day)
    if minutes is None or line.last_at is None:
        return _("nothing yet today")
    if minutes < 1:
        return _("busy now")
    return timesince(line.last_at, day.now, depth=1)


def _numbers(numbers: Any, team: Team, agent: User | None) -> list[dict[str, Any]]:
    """Every number with its target and where its rows are; a nought leads nowhere."""
    return [
        {
            "label": MEASURES[name].label,
            "value": numbers[name],
            "target": getattr(team, TARGETS[name]) if agent and name in TARGETS else None,
            "is_care": name in _CARE and numbers[name] > 0,
            "href": _rows_href(name, team, agent) if numbers[name] else "",
        }
        for name in MEASURES
    ]


def _rows_href(name: str, team: Team, agent: User | None) -> str:
    query = {"team": str(team.pk)} | ({"agent": str(agent.pk)} if agent else {})
    return f"{reverse('desk:floor_rows', args=[name])}?{urlencode(query)}"


def _targets(viewer: User, team: Team) -> dict[str, Any]:
    """The form of the team's targets, for who may set them."""
    if not has_right(viewer, "target.set"):
        return {"target_form": None}
    initial = {name: getattr(team, column) for name, column in TARGETS.items()}
    return {
        "target_form": TargetForm(initial=initial),
        "target_href": reverse("desk:floor_targets", args=[team.pk]),
    }


def rows_context(*, viewer: User, name: str, params: QueryDict) -> dict[str, Any] | None:
    """Returns what is behind one number; None for a team or agent that the viewer does not see."""
    _teams, team = chosen_team(viewer, params)
    if team is None or (params.get("team") not in (None, str(team.pk))):
        return None
    day = today_of(viewer)
    agents = agents_of(day, [team])
    wanted = params.get("agent", "")
    if wanted:
        agents = [agent for agent in agents if str(agent.pk) == wanted]
    if not agents:
        return None
    measure = MEASURES[name]
    rows, count = floor_rows(name, day, agents)
    return {
        "heading": measure.label,
        "meaning": measure.meaning,
        "whose": agents[0].get_full_name() if wanted else team.name,
        "rows": rows,
        "count": count,
        "most": MOST if count > MOST else None,
        "floor_href": _href(team, False),
        "as_of": clock.local_now(viewer.time_zone),
    }

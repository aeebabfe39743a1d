"""The live floor: what each agent of a team has done today, counted from the rows behind it.

Every number is a count of the very queryset that lists its rows (`rows_of`), so a number and what
it opens cannot differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, JSONObject
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from accounts.access.rights import Role, roles_with
from accounts.models import Team, User
from collections_app.callbacks.models import Callback
from collections_app.cases.models import Case
from collections_app.contacts.models import Contact, Draft, ResultGroup
from collections_app.promises.models import Promise
from collections_app.protection.models import Pause
from collections_app.worklist.flow import LEASE_TIME, UNLOGGED_SINCE, EndedBy
from collections_app.worklist.lease_models import Lease
from compliance.attempts.models import Attempt, Direction, Outcome, Settlement
from core.audit.models import AuditEntry
from loans.portfolios.models import Portfolio

#: Whoever works people one after the other; a manager may, but is no part of a floor.
_ON_THE_FLOOR: Final = roles_with("worklist.claim") - {Role.MANAGER}
#: Outcomes in which somebody answered, whoever it was.
CONNECTS: Final = (
    Outcome.CONVERSATION,
    Outcome.DROPPED,
    Outcome.THIRD_PARTY,
    Outcome.WRONG_NUMBER,
)
REFUSED: Final = "contact.refused"


@dataclass(frozen=True, slots=True)
class Day:
    """Whose floor is looked at, from when on, and now."""

    viewer: User
    since: datetime
    now: datetime


@dataclass(frozen=True, slots=True)
class Measure:
    """A number of the floor: its words, the kind of row it counts, who of it is the agent."""

    label: Lazy
    meaning: Lazy
    kind: str
    agent: str
    condition: Q = field(default_factory=Q)


def _portfolios(day: Day) -> QuerySet[Portfolio]:
    return Portfolio.objects.visible_to(day.viewer)


def _calls(day: Day) -> QuerySet[Attempt]:
    last = Settlement.objects.filter(attempt=OuterRef("pk")).order_by("-sequence")
    return Attempt.objects.filter(
        portfolio__in=_portfolios(day),
        at__gte=day.since,
        channel="call",
        direction=Direction.OUTBOUND,
    ).alias(outcome=Subquery(last.values("outcome")[:1]))


def _unlogged(day: Day) -> QuerySet[Attempt]:
    return Attempt.objects.unsettled().filter(
        portfolio__in=_portfolios(day),
        at__gte=day.now - UNLOGGED_SINCE,
    )


def _talks(day: Day) -> QuerySet[Contact]:
    return Contact.objects.filter(
        case__portfolio__in=_portfolios(day),
        at__gte=day.since,
        result__group=ResultGroup.RIGHT_PARTY,
        withdrawal=None,
    )


def _promises(day: Day) -> QuerySet[Promise]:
    taken = Promise.objects.taken()
    return taken.filter(loan__portfolio__in=_portfolios(day), made_at__gte=day.since)


def _done(day: Day) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(at__gte=day.since)


def _drafts(day: Day) -> QuerySet[Draft]:
    """What was typed and left: since then the time with a person would have run out."""
    return Draft.objects.filter(
        case__in=Case.objects.visible_to(day.viewer).open(), kept_at__lte=day.now - LEASE_TIME
    )


def _callbacks(day: Day) -> QuerySet[Callback]:
    return (
        Callback.objects.pending()
        .filter(case__in=Case.objects.visible_to(day.viewer))
        .filter(due_at__lte=day.now)
    )


def _skips(day: Day) -> QuerySet[Lease]:
    return Lease.objects.filter(
        case__portfolio__in=_portfolios(day),
        ended_because=EndedBy.SKIPPED,
        ended_at__gte=day.since,
    )


#: kind of row -> its rows within what the viewer sees
_ROWS: Final[dict[str, Callable[[Day], QuerySet[Any]]]] = {
    "calls": _calls,
    "unlogged": _unlogged,
    "talks": _talks,
    "promises": _promises,
    "done": _done,
    "drafts": _drafts,
    "callbacks": _callbacks,
    "skips": _skips,
}

#: In the order of the columns.
MEASURES: Final[dict[str, Measure]] = {
    "attempts": Measure(
        _("Attempts"),
        _("calls begun today, but for those not dialled after all"),
        "calls",
        "made_by_id",
        Q(outcome__isnull=True) | ~Q(outcome=Outcome.NOT_MADE),
    ),
    "connects": Measure(
        _("Connects"),
        _("calls of today that somebody answered"),
        "calls",
        "made_by_id",
        Q(outcome__in=CONNECTS),
    ),
    "talks": Measure(
        _("Right parties"),
        _("contacts of today with the person themselves"),
        "talks",
        "logged_by",
    ),
    "promises": Measure(_("Promises"), _("promises taken today"), "promises", "taken_by_id"),
    "stops": Measure(
        _("Gate stops"),
        _("contacts of today that the gate refused"),
        "done",
        "actor_id",
        Q(action=REFUSED),
    ),
    "skips": Measure(
        _("Skips"),
        _("people passed on today, each with the reason"),
        "skips",
        "agent",
    ),
    "unlogged": Measure(
        _("Without outcome"),
        _("contacts begun in the last 30 days whose outcome nobody said"),
        "unlogged",
        "made_by_id",
    ),
    "drafts": Measure(
        _("Drafts left"),
        _("entries typed and not saved, to which nothing was added for five minutes"),
        "drafts",
        "agent",
    ),
    "callbacks": Measure(
        _("Callbacks due"), _("calls that were promised and are due now"), "callbacks", "owner"
    ),
}


#: Kinds of row of which more is counted than one number.
_TOGETHER: Final = ("calls", "talks", "done")


@dataclass(frozen=True, slots=True)
class AgentLine:
    """One agent's day in numbers, by the keys of `MEASURES`; `last_at`: their last deed."""

    agent: User
    numbers: Mapping[str, int]
    last_at: datetime | None
    is_abused: bool


def floor_teams(viewer: User) -> list[Team]:
    """Returns the teams in use whose floor the viewer may look at."""
    return list(Team.objects.visible_to(viewer).filter(is_active=True).select_related("lead"))


def agents_of(day: Day, teams: Collection[Team]) -> list[User]:
    """Returns the people on the floor of some teams, within what the viewer sees.

    Each with the person in hand (`in_hand`: case, name, until when) and the end of a pause that
    runs (`paused_until`), or None. One query.
    """
    lease = Lease.objects.live(day.now).filter(agent=OuterRef("pk"))
    pause = Pause.objects.filter(agent=OuterRef("pk"), until__gt=day.now)
    people = User.objects.visible_to(day.viewer).active().filter(role__in=_ON_THE_FLOOR)
    return list(
        people.filter(team__in=teams)
        .annotate(
            in_hand=Subquery(
                lease.values(
                    facts=JSONObject(
                        case="case_id",
                        name="party__full_name",
                        until="expires_at",
                        since="taken_at",
                    )
                )[:1]
            ),
            paused_until=Subquery(pause.values("until")[:1]),
        )
        .order_by("full_name")
    )


def rows_of(name: str, day: Day, agents: Collection[User]) -> QuerySet[Any]:
    """Returns the rows that a number counts, of some agents."""
    measure = MEASURES[name]
    whose = {f"{measure.agent}__in": _keys(measure, agents)}
    return _ROWS[measure.kind](day).filter(measure.condition, **whose)


def agent_lines(day: Day, agents: Collection[User]) -> list[AgentLine]:
    """Counts the day of each agent; a fixed number of queries, whatever the number of agents."""
    numbers: dict[str, dict[str, int]] = defaultdict(dict)
    last: dict[str, datetime] = {}
    abused: set[str] = set()
    for row in _counted_alone(day, agents):
        numbers[row["agent_key"]][row["name"]] = row["number"]
    for kind in _TOGETHER:
        for line in _counted(kind, day, agents):
            key = str(line.pop("agent"))
            if (at := line.pop("last_at", None)) is not None:
                last[key] = max(at, last.get(key, at))
            if line.pop("abuse", 0):
                abused.add(key)
            numbers[key] |= line
    return [
        AgentLine(
            agent=agent,
            numbers={name: numbers[str(agent.pk)].get(name, 0) for name in MEASURES},
            last_at=last.get(str(agent.pk)),
            is_abused=str(agent.pk) in abused,
        )
        for agent in agents
    ]


def totals(lines: Collection[AgentLine]) -> dict[str, int]:
    """Adds the numbers of all lines up."""
    return {name: sum(line.numbers[name] for line in lines) for name in MEASURES}


def _counted_alone(day: Day, agents: Collection[User]) -> list[dict[str, Any]]:
    """The numbers that are the only one of their kind of row, in one query."""
    counts = [
        rows_of(name, day, agents)
        .order_by()
        .annotate(name=Value(name, TextField()), agent_key=Cast(F(measure.agent), TextField()))
        .values("name", "agent_key")
        .annotate(number=Count("pk"))
        for name, measure in MEASURES.items()
        if measure.kind not in _TOGETHER
    ]
    return list(counts[0].union(*counts[1:], all=True))


def _counted(kind: str, day: Day, agents: Collection[User]) -> list[dict[str, Any]]:
    names = [name for name, measure in MEASURES.items() if measure.kind == kind]
    measure = MEASURES[names[0]]
    found = _ROWS[measure.kind](day).filter(**{f"{measure.agent}__in": _keys(measure, agents)})
    counts: dict[str, Any] = {name: Count("pk", filter=MEASURES[name].condition) for name in names}
    if measure.kind == "done":
        counts["last_at"] = Max("at")
    if measure.kind == "talks":
        recent = Q(result__is_abusive=True, at__gte=day.now - timedelta(hours=1))
        counts["abuse"] = Count("pk", filter=recent)
    grouped = found.order_by().values(measure.agent).annotate(**counts)
    return [{"agent": line.pop(measure.agent), **line} for line in grouped]


def _keys(measure: Measure, agents: Collection[User]) -> list[str] | list[UUID]:
    """The agents as the column names them: by id, or by its text where rows outlive accounts."""
    if measure.agent.endswith("_id"):
        return [str(agent.pk) for agent in agents]
    return [agent.pk for agent in agents]

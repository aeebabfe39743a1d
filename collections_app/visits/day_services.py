"""Several visits put on one field agent's day in one step, each for itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from collections_app.visits.announcing import check_lead
from collections_app.visits.asking import VisitRefused, objections_to, requests_of
from collections_app.visits.day_layout import lay_out, windows_of
from collections_app.visits.events import lock_visit
from collections_app.visits.flow import ON_A_ROUTE, VisitState
from collections_app.visits.models import Visit
from collections_app.visits.presentation import window_text
from collections_app.visits.queries import route_of
from collections_app.visits.route import in_order
from collections_app.visits.services import Plan, check_visitors, plan_visit, set_plan
from compliance.gate.facts import Finding
from compliance.gate.queries import gather_many
from core import clock
from core.audit.actors import Actor
from loans.portfolios.models import Portfolio


@dataclass(frozen=True, slots=True)
class Day:
    """Who goes on a day, from when to when (`plan`: the first visit's own clock), how long each."""

    plan: Plan
    each: timedelta


@dataclass(slots=True)
class Outline:
    """A day as it would be: in its order, what each visit still lacks, and who is left out why."""

    route: list[Visit] = field(default_factory=list)
    lacking: dict[UUID, tuple[Finding, ...]] = field(default_factory=dict)
    refused: list[tuple[Visit, str]] = field(default_factory=list)

    def leave_out(self, visit: Visit, why: str) -> None:
        self.refused.append((visit, why))


@dataclass(slots=True)
class Outcome:
    """What was put on the day, and what was not and why."""

    planned: list[Visit] = field(default_factory=list)
    refused: list[tuple[Visit, str]] = field(default_factory=list)


def outline_day(*, visits: Sequence[Visit], day: Day) -> Outline:
    """Returns a day as it would be with these visits. Writes nothing.

    Who may not be visited then is left out and says why; the others take the windows. The gate's
    facts are gathered once for all. The visits are changed in memory: they carry their windows.
    """
    found = Outline()
    standing = list(route_of(day.plan.agent, day.plan.visit_on))
    left = _that_can_be_planned(visits, day, found)
    answers = _place(left, standing, day)
    while any(isinstance(answer, str) for answer in answers.values()):
        # Whoever may not be visited leaves a window to the others: those are laid out anew.
        for visit in left:
            if isinstance(why := answers.get(visit.pk), str):
                found.leave_out(visit, why)
        left = [visit for visit in left if not isinstance(answers.get(visit.pk), str)]
        answers = _place(left, standing, day)
    for visit in left:
        answer = answers.get(visit.pk)
        if isinstance(answer, tuple):
            found.lacking[visit.pk] = answer
        else:
            found.leave_out(visit, _no_room(day))
    fitting = [visit for visit in left if visit.pk in found.lacking]
    made = [row for row in standing if row.state not in ON_A_ROUTE]
    waiting = [row for row in standing if row not in made]
    found.route = [*made, *in_order([*waiting, *fitting])]
    return found


def plan_several(*, plans: Sequence[tuple[Visit, Plan]], by: Actor) -> Outcome:
    """Puts visits that nobody has planned yet on a day, each in a transaction of its own.

    One that is refused changes nothing and holds no other up; the outcome says why. Each leaves
    what `plan_visit` leaves: its event, its line in the trail, the notice that a pack asks for.
    """
    done = Outcome()
    for visit, plan in plans:
        try:
            _plan_one(visit, plan, by)
        except VisitRefused as refusal:
            done.refused.append((visit, refusal.message))
        except ValidationError as refusal:
            done.refused.append((visit, " ".join(refusal.messages)))
        else:
            done.planned.append(visit)
    return done


@transaction.atomic
def _plan_one(visit: Visit, plan: Plan, by: Actor) -> None:
    locked = lock_visit(visit)
    if locked.state in ON_A_ROUTE and plan == _plan_of(locked):
        return  # the same form came twice
    _require_unplanned(locked)
    plan_visit(visit=visit, plan=plan, reason="", by=by)


def _plan_of(visit: Visit) -> Plan | None:
    if visit.agent is None or not (visit.visit_on and visit.opens and visit.closes):
        return None
    return Plan(
        agent=visit.agent,
        visit_on=visit.visit_on,
        opens=visit.opens,
        closes=visit.closes,
        second_visitor=visit.second_visitor,
        is_recorded=visit.is_recorded,
    )


def _require_unplanned(visit: Visit) -> None:
    """Two who plan at once do not move each other's visits: a move asks for its reason."""
    if visit.state == VisitState.REQUESTED:
        return
    if visit.visit_on is None:
        raise ValidationError(
            _("This cannot be done any more: the visit is %(state)s.")
            % {"state": visit.get_state_display()}
        )
    raise ValidationError(_("Planned already: %(when)s.") % {"when": window_text(visit)})


def _that_can_be_planned(visits: Sequence[Visit], day: Day, found: Outline) -> list[Visit]:
    """Leaves out what is planned meanwhile, and what lies where the visitors do not work."""
    theirs = set(Portfolio.objects.visible_to(day.plan.agent).values_list("pk", flat=True))
    left = []
    for visit in visits:
        try:
            _require_unplanned(visit)
            check_visitors(plan=day.plan, works_there=visit.case.portfolio_id in theirs)
        except ValidationError as refusal:
            found.leave_out(visit, " ".join(refusal.messages))
        else:
            left.append(visit)
    return left


def _place(
    visits: Sequence[Visit], standing: Sequence[Visit], day: Day
) -> dict[UUID, tuple[Finding, ...] | str]:
    """Gives visits their windows; returns what each still lacks, or why it may not be made then.

    Those that no window was left for are not in the answer.
    """
    if not visits:
        return {}
    opens = _windows(day, visits[0].zone)
    laid = lay_out(visits=visits, standing=standing, windows=opens, each=day.each)
    placed = [(visit, at) for visit, at in laid if at is not None and _put(visit, at, day)]
    gathered = gather_many([asked for visit, at in placed for asked in requests_of(visit, at)])
    answers: dict[UUID, tuple[Finding, ...] | str] = {}
    for number, (visit, _at) in enumerate(placed):
        try:
            lacking = objections_to(visit, *gathered[2 * number : 2 * number + 2])
            check_lead(visit, lacking)
        except VisitRefused as refusal:
            answers[visit.pk] = refusal.message
        except ValidationError as refusal:
            answers[visit.pk] = " ".join(refusal.messages)
        else:
            answers[visit.pk] = lacking
    return answers


def _windows(day: Day, zone: tzinfo) -> list[datetime]:
    """When the windows of a day open that do not lie behind."""
    plan, now = day.plan, clock.now()
    opens = windows_of(
        opens=datetime.combine(plan.visit_on, plan.opens, zone),
        closes=datetime.combine(plan.visit_on, plan.closes, zone),
        each=day.each,
    )
    return [at for at in opens if at >= now]


def _put(visit: Visit, at: datetime, day: Day) -> bool:
    """Gives a visit its window on its own clock; no, where it is another day there or lies far."""
    there = at.astimezone(visit.zone)
    until = (at + day.each).astimezone(visit.zone)
    if not there.date() == until.date() == day.plan.visit_on:
        return False
    plan = day.plan
    try:
        set_plan(
            visit=visit,
            plan=Plan(
                agent=plan.agent,
                visit_on=plan.visit_on,
                opens=there.time(),
                closes=until.time(),
                second_visitor=plan.second_visitor,
                is_recorded=plan.is_recorded,
            ),
        )
    except ValidationError:
        return False
    return True


def _no_room(day: Day) -> str:
    if not _windows(day, clock.zone_of(day.plan.agent.time_zone)):
        return _("These hours lie behind, or are shorter than one visit.")
    return _("No window is left on this day. Choose longer hours, shorter windows or another day.")

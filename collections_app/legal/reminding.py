"""Reminders of what is due, at 14, 7, 3 and 1 days and when it is over; each once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Least

from accounts.inbox.models import Urgency
from accounts.inbox.services import notify
from accounts.models import Team, User
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.legal.deadline_services import close_on_case, open_on_case
from collections_app.legal.deadlines import Due
from collections_app.legal.flow import DeadlineKind, Whose
from collections_app.legal.limitation import (
    CITATION,
    COUNTRY,
    GUARANTEE_CITATION,
    days_for_pages,
    guarantees_of,
    limitation_facts,
    limitation_of,
)
from collections_app.legal.models import LegalDeadline, Proceeding
from collections_app.legal.texts import DUE, OVER, key_of
from collections_app.legal.wording import THRESHOLDS, matter_href
from compliance.clocks.counting import months_after, years_after
from compliance.clocks.guarantee import MONTHS
from compliance.clocks.limitation import YEARS
from core import clock
from core.audit.actors import Actor
from core.calendars import WorkingDays
from loans.acceleration.queries import accelerated_on
from loans.contracts.models import LoanParty, PartyRole
from loans.delinquency.models import Instalment, InstalmentKind

#: A day that is over is reminded of once more, under this number.
IS_OVER: Final = -1
#: At so few days whoever leads is told as well.
ESCALATED: Final = frozenset({3, 1, IS_OVER})
#: From so many days before its end on, a limitation or guarantee stands on the docket.
LOOKED_AHEAD: Final = timedelta(days=60)
#: A day off at the end moves it by a week of holidays at most.
_SLACK: Final = timedelta(days=15)


def remind_due(*, by: Actor) -> int:
    """Reminds of every open day that came to 14, 7, 3 or 1 days, or is over; returns how many.

    Each in a transaction of its own with the mark that it was done, so that running it twice, or
    again after it was killed, reminds of nothing twice.
    """
    today = clock.now().date()
    due = Q(due_on__lt=today + timedelta(days=1)) & (
        Q(reminded_days__isnull=True) | Q(reminded_days__gt=IS_OVER)
    )
    for days in THRESHOLDS:  # one day of slack: it may be tomorrow already where the books are
        near = Q(due_on__lte=today + timedelta(days=days + 1))
        due |= near & (Q(reminded_days__isnull=True) | Q(reminded_days__gt=days))
    found = LegalDeadline.objects.open().filter(due).order_by("due_on", "pk")
    return sum(_remind(pk, by) for pk in found.values_list("pk", flat=True))


@transaction.atomic
def _remind(pk: Any, by: Actor) -> int:
    row = (
        LegalDeadline.objects.open()
        .select_for_update(of=("self",), skip_locked=True)
        .select_related(
            "case__portfolio", "case__loan", "case__assignee", "case__team", "proceeding__owner"
        )
        .filter(pk=pk)
        .first()
    )
    if row is None:
        return 0
    left = (row.due_on - clock.local_today(row.case.portfolio.time_zone)).days
    step = threshold_of(left)
    if step is None or (row.reminded_days is not None and row.reminded_days <= step):
        return 0
    row.reminded_days = step
    row.save(update_fields=["reminded_days"])
    number = row.proceeding.label if row.proceeding else row.case.loan.contract_no
    notify(
        to=_told(row, step),
        urgency=Urgency.DO_NOW,
        key=key_of(OVER if step == IS_OVER else DUE, row.code),
        params={"number": number, "on": row.due_on.isoformat(), "days": left},
        link=matter_href(row),
    )
    return 1


def threshold_of(left: int) -> int | None:
    """Returns the reminder that is due with so many days left, or None while none is."""
    if left < 0:
        return IS_OVER
    return min((days for days in THRESHOLDS if left <= days), default=None)


def _told(row: LegalDeadline, step: int) -> list[User]:
    """The officer, else who holds the case; who leads where it is near, or nobody holds it."""
    if row.proceeding is not None:
        owners = [row.proceeding.owner]
    else:
        running = Proceeding.objects.running().filter(case=row.case).select_related("owner")
        owners = [proceeding.owner for proceeding in running]
        if not owners and row.case.assignee is not None:
            owners = [row.case.assignee]
    if step not in ESCALATED and owners:
        return owners
    teams = {owner.team_id for owner in owners} | {row.case.team_id}
    led = Team.objects.filter(pk__in=[team for team in teams if team], lead__isnull=False)
    leads = User.objects.filter(pk__in=led.values("lead")).exclude(pk__in=[o.pk for o in owners])
    return [*owners, *leads]


def watch_periods(*, by: Actor, limit: int = 2000) -> int:
    """Puts limitations and guarantors' periods that near their end on the docket, moves those that
    something interrupted, and takes off those of cases that are over. Returns how many it looked
    at. Safe to repeat.
    """
    days, looked_at = days_for_pages(), 0
    if days is None:
        return 0
    for case in _near_limitation()[:limit]:
        _keep_limitation(case, days, by)
        looked_at += 1
    for case in _near_guarantee()[:limit]:
        _keep_guarantee(case, days, by)
        looked_at += 1
    return looked_at


def _cases() -> Any:
    due = Instalment.objects.filter(loan=OuterRef("loan"), kind=InstalmentKind.SCHEDULED)
    return (
        Case.objects.filter(portfolio__country=COUNTRY)
        .annotate(
            # The lesser of what is known: one that is not called due has its last instalment.
            last_due=Least(Subquery(due.order_by("-due_on").values("due_on")[:1]), accelerated_on())
        )
        .select_related("portfolio", "loan")
        .order_by("pk")
    )


def _shown(code: DeadlineKind, **narrowed: Any) -> QuerySet[LegalDeadline]:
    return LegalDeadline.objects.open().filter(
        case=OuterRef("pk"), proceeding=None, code=code, **narrowed
    )


def _near_limitation() -> Any:
    """Cases whose period may end soon, and those already on the docket; none that is over long."""
    today = clock.now().date()
    soon = Q(state=CaseState.OPEN, last_due__lte=years_after(today + LOOKED_AHEAD, -YEARS))
    over = _shown(DeadlineKind.LIMITATION, due_on__lt=today - _SLACK)
    shown = Exists(_shown(DeadlineKind.LIMITATION))
    still = Q(state=CaseState.OPEN) & Exists(over)
    return _cases().filter(soon | Q(shown)).exclude(still).annotate(facts=limitation_facts())


def _near_guarantee() -> Any:
    today = clock.now().date()
    guarantors = LoanParty.objects.filter(loan=OuterRef("loan"), role=PartyRole.GUARANTOR)
    first = months_after(today - _SLACK, -MONTHS)
    last = months_after(today + LOOKED_AHEAD, -MONTHS)
    soon = Q(state=CaseState.OPEN, last_due__range=(first, last)) & Exists(guarantors)
    shown = Exists(_shown(DeadlineKind.GUARANTEE))
    return _cases().filter(soon | Q(shown)).annotate(facts=limitation_facts())


@transaction.atomic
def _keep_limitation(case: Any, days: WorkingDays, by: Actor) -> None:
    today = clock.local_today(case.portfolio.time_zone)
    found = limitation_of(case.facts, days)
    if case.state != CaseState.OPEN or found is None:
        close_on_case(case=case, code=DeadlineKind.LIMITATION, met=False, by=by)
    elif found.days_left(today) > LOOKED_AHEAD.days:
        close_on_case(case=case, code=DeadlineKind.LIMITATION, met=True, by=by)
    else:
        due = _due(DeadlineKind.LIMITATION, found.ends_on, found.begun_on, CITATION)
        open_on_case(case=case, due=due, by=by)


@transaction.atomic
def _keep_guarantee(case: Any, days: WorkingDays, by: Actor) -> None:
    waiting = [period for period in guarantees_of(case.facts, days) if period.asked_on is None]
    if case.state != CaseState.OPEN or not waiting:
        met = case.state == CaseState.OPEN
        close_on_case(case=case, code=DeadlineKind.GUARANTEE, met=met, by=by)
        return
    last = min(period.demand_by for period in waiting)
    due = _due(DeadlineKind.GUARANTEE, last, case.last_due, GUARANTEE_CITATION)
    open_on_case(case=case, due=due, by=by)


def _due(code: DeadlineKind, due_on: date, starts_on: date, citation: str) -> Due:
    return Due(
        code=code.value,
        due_on=due_on,
        starts_on=starts_on,
        whose=Whose.OURS.value,
        citation=citation,
    )

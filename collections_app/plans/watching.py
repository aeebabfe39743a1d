"""Watching plans: judged by the money of their instalments, confirmed by the lender's feed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from accounts.approvals.flow import ApprovalStatus
from collections_app.cases.flow import CaseState
from collections_app.cases.models import CaseEvent
from collections_app.plans.flow import (
    PAID,
    PlanKind,
    PlanState,
    Said,
    confirms,
    is_early,
    state_by_money,
)
from collections_app.plans.models import Plan
from collections_app.plans.modifications import (
    expected_of,
    give_up_rest,
    keeps_own_books,
    read_expected,
    stored,
    take_rest_back,
)
from collections_app.plans.moving import lock_plan, move
from collections_app.plans.queries import promises_of
from collections_app.plans.services import end_plan, lapse_stale, today_at
from collections_app.promises.flow import PromiseState
from collections_app.promises.instalments import reinstate_instalments
from collections_app.promises.judging import judge_loans
from collections_app.promises.models import Promise, PromiseEvent
from core.audit.actors import SYSTEM, Actor
from core.facts.services import consume
from loans.contracts.fact_writing import lock_loan
from loans.contracts.models import Schedule, ScheduleOrigin
from loans.delinquency.models import StatedPosition
from loans.portfolios.models import Portfolio

BATCH: Final = 500
#: Why a plan ends that was broken, and one whose loan has nothing past due any more.
NOT_KEPT: Final = "an instalment was not kept"
NOTHING_PAST_DUE: Final = "nothing is past due any more"
#: States that the money of the instalments may change.
_JUDGED: Final = (
    PlanState.ACTIVE,
    PlanState.WAITING_FEED,
    PlanState.COMPLETED,
    PlanState.BROKEN,
)


def follow_promises() -> int:
    """Instalments that were kept or not judge their plan. Named in settings.FACT_CONSUMERS."""
    return consume(consumer="plans.promises", model=PromiseEvent, handler=_promises, limit=BATCH)


def follow_cases() -> int:
    """A case that ended ends what was arranged about its arrears."""
    return consume(consumer="plans.cases", model=CaseEvent, handler=_cases, limit=BATCH)


def follow_schedules() -> int:
    """Schedules that the lender states confirm what waits for its feed."""
    return consume(consumer="plans.schedules", model=Schedule, handler=_schedules, limit=BATCH)


def follow_statements() -> int:
    """Positions that the lender states confirm what waits for its feed."""
    return consume(
        consumer="plans.statements", model=StatedPosition, handler=_statements, limit=BATCH
    )


def watch_portfolio(*, portfolio: Portfolio, on: date, by: Actor) -> Counter[str]:
    """Judges the plans of a portfolio at the end of a day; proposals nobody decided lapse.

    Its promises are judged already. Returns how many plans came to which state; twice changes
    nothing.
    """
    over = Q(kind=PlanKind.ARRANGEMENT, case__state__in=_ENDED)
    due = over | Q(instalments__promise__state__in=_OVER)
    lapsed = Q(state=PlanState.PROPOSED, approval__status=ApprovalStatus.EXPIRED)
    plans = Plan.objects.filter(Q(due, state=PlanState.ACTIVE) | lapsed, loan__portfolio=portfolio)
    counts: Counter[str] = Counter()
    for plan in plans.distinct().order_by("pk"):
        state = judge_plan(plan=plan, by=by)
        if state is not None:
            counts[state] += 1
    return counts


_OVER: Final = (PromiseState.KEPT, PromiseState.PARTIAL, PromiseState.BROKEN)
_ENDED: Final = tuple(state for state in CaseState if state != CaseState.OPEN)


@transaction.atomic
def judge_plan(*, plan: Plan, by: Actor) -> PlanState | None:
    """Brings one plan to the state that the money of its instalments gives it.

    Broken, the instalments still awaited are taken back; standing again, because money was booked
    late with the day on which it came, they are put back. A settlement that is paid gives the rest
    up in books kept here, and takes that back when its money is returned. Returns the new state,
    None where nothing changed.
    """
    loan = lock_loan(plan.loan)
    locked = lock_plan(plan)
    before = locked.state
    if locked.state == PlanState.PROPOSED:
        lapse_stale(loan)
    elif locked.kind in PAID and locked.state in _JUDGED:
        _judge(locked, by)
    locked.refresh_from_db(fields=["state"])
    return PlanState(locked.state) if locked.state != before else None


def _judge(plan: Plan, by: Actor) -> None:
    promises = list(promises_of(plan).order_by("due_on"))
    found = state_by_money(promise.state for promise in promises)
    if found == PlanState.BROKEN:
        if plan.state != PlanState.BROKEN:
            _break(plan, by)
    elif found == PlanState.COMPLETED:
        if plan.state not in (PlanState.COMPLETED, PlanState.WAITING_FEED):
            _complete(plan, promises, by)
    elif plan.state in (PlanState.COMPLETED, PlanState.WAITING_FEED):
        _reopen(plan, by)
    elif plan.state == PlanState.BROKEN:
        _stand_again(plan, promises, by)
    elif plan.kind == PlanKind.ARRANGEMENT and plan.case.state != CaseState.OPEN:
        end_plan(plan=plan, state=PlanState.CANCELLED, reason=NOTHING_PAST_DUE, by=by)


def _break(plan: Plan, by: Actor) -> None:
    take_rest_back(plan=plan, by=by)
    end_plan(plan=plan, state=PlanState.BROKEN, reason=NOT_KEPT, by=by)


def _complete(plan: Plan, promises: Sequence[Promise], by: Actor) -> None:
    on = _paid_on(plan, promises)
    early = is_early(last_due_on=promises[-1].due_on, completed_on=on)
    values: dict[str, Any] = {"ended_on": on, "is_early": early, "end_reason": ""}
    if plan.kind == PlanKind.SETTLEMENT and not keeps_own_books(plan.loan):
        expected = stored(expected_of(plan))
        if plan.state == PlanState.BROKEN:
            move(plan, PlanState.ACTIVE, by=by, ended_on=None, end_reason="")
        move(plan, PlanState.WAITING_FEED, by=by, expected=expected, is_early=early)
        return
    facts = give_up_rest(plan=plan, by=by) if plan.kind == PlanKind.SETTLEMENT else []
    move(plan, PlanState.COMPLETED, by=by, facts=[*plan.facts, *facts], **values)


def _paid_on(plan: Plan, promises: Sequence[Promise]) -> date:
    """The day on which the last of the instalments was found kept, where the portfolio is."""
    zone = ZoneInfo(plan.loan.portfolio.time_zone)
    moments = [promise.judged_at for promise in promises if promise.judged_at is not None]
    return max(moments).astimezone(zone).date() if moments else today_at(plan)


def _reopen(plan: Plan, by: Actor) -> None:
    """Money behind it was returned while its day has not come: it is in force again."""
    take_rest_back(plan=plan, by=by)
    move(plan, PlanState.ACTIVE, by=by, ended_on=None, end_reason="", is_early=False, expected={})


def _stand_again(plan: Plan, promises: Sequence[Promise], by: Actor) -> None:
    """What broke it was paid in time after all, as the books now say."""
    others = Plan.objects.live().filter(loan=plan.loan_id).exclude(pk=plan.pk)
    promised = Promise.objects.open().filter(loan=plan.loan_id, is_instalment=False)
    if others.exists() or promised.exists():
        return  # something else was agreed since
    move(plan, PlanState.ACTIVE, by=by, ended_on=None, end_reason="")
    taken_back = [p.pk for p in promises if p.state == PromiseState.CANCELLED]
    if reinstate_instalments(promise_ids=taken_back, by=by):
        _judge(plan, by)


def _promises(events: Sequence[PromiseEvent]) -> None:
    ids = {event.promise_id for event in events}
    _judge_all(Plan.objects.filter(instalments__promise__in=ids).distinct())


def _cases(events: Sequence[CaseEvent]) -> None:
    cases = {event.case_id for event in events}
    plans = Plan.objects.filter(case__in=cases, state=PlanState.ACTIVE)
    over = plans.exclude(case__state=CaseState.OPEN)
    # What ended the case may be the very money that keeps the plan: it is judged first.
    judge_loans(loan_ids=set(over.values_list("loan_id", flat=True)), by=SYSTEM)
    _judge_all(over)


def _judge_all(plans: Iterable[Plan]) -> None:
    for plan in sorted(plans, key=lambda row: row.pk):
        judge_plan(plan=plan, by=SYSTEM)


def _schedules(facts: Sequence[Schedule]) -> None:
    for schedule in facts:
        if schedule.origin == ScheduleOrigin.STATED:
            said = Said(due_dates=schedule.due_dates)
            _confirm(schedule.loan_id, said, schedule, source=f"schedule {schedule.version}")


def _statements(facts: Sequence[StatedPosition]) -> None:
    for stated in facts:
        parts = (
            stated.arrears_principal,
            stated.arrears_interest,
            stated.arrears_fee,
            stated.arrears_penalty,
        )
        arrears = stated.arrears_total
        if arrears is None and all(part is not None for part in parts):
            arrears = sum(part for part in parts if part is not None)
        said = Said(
            oldest_unpaid_due_on=stated.oldest_unpaid_due_on,
            says_position=stated.oldest_unpaid_due_on is not None or arrears == 0,
            arrears=arrears,
            payoff=stated.payoff_amount,
            is_written_off=stated.is_written_off,
        )
        _confirm(stated.loan_id, said, stated, source=f"position of {stated.value_on}")


@transaction.atomic
def _confirm(loan_id: UUID, said: Said, fact: Schedule | StatedPosition, *, source: str) -> None:
    """The lender's books say what was agreed: it is made there."""
    waiting = Plan.objects.filter(loan=loan_id, state=PlanState.WAITING_FEED).first()
    if waiting is None:
        return
    lock_loan(waiting.loan)
    plan = lock_plan(waiting)
    if plan.state != PlanState.WAITING_FEED or plan.agreed_at is None:
        return
    if fact.known_at < plan.agreed_at or not confirms(read_expected(plan), said):
        return
    ends = PlanState.COMPLETED if plan.kind == PlanKind.SETTLEMENT else PlanState.APPLIED
    move(plan, ends, by=SYSTEM, reason=source, ended_on=today_at(plan))

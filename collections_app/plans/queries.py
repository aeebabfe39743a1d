"""Reads of plans: what a loan was granted lately, where it stands, what is affordable."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, JSONObject

from accounts.approvals.flow import ApprovalStatus
from collections_app.cases.models import Case
from collections_app.hardship.flow import affordable
from collections_app.hardship.models import HardshipTalk
from collections_app.hardship.queries import budget_of, latest_talk
from collections_app.plans.flow import GRANTED, LIVE, PlanKind, PlanState
from collections_app.plans.models import Plan, PlanInstalment
from collections_app.plans.terms import Standing
from collections_app.promises.models import Promise, PromiseState
from core import clock
from loans.contracts.models import Loan, Schedule, ScheduleOrigin
from loans.delinquency.models import Position

YEAR: Final = timedelta(days=365)


def standing_of(loan: Loan) -> Standing:
    """Returns where the loan stands on its books, and the day at its portfolio."""
    position = Position.objects.filter(pk=loan.pk).first()
    none = Decimal("0.00")
    return Standing(
        today=clock.local_today(loan.portfolio.time_zone),
        past_due=position.overdue_amount if position else none,
        outstanding=position.outstanding_amount if position else none,
        late_charges=position.overdue_penalty + position.overdue_fee if position else none,
    )


def granted_in_year(loan: Loan, kind: str, *, but: Plan | None = None) -> int:
    """Returns how many plans of a kind the loan was granted in the last twelve months.

    Extensions that the books took over with their history count as well.
    """
    since = clock.now() - YEAR
    plans = Plan.objects.filter(loan=loan, kind=kind, state__in=GRANTED, agreed_at__gte=since)
    if but is not None:
        plans = plans.exclude(pk=but.pk)
    own = plans.count()
    if kind != PlanKind.EXTENSION:
        return own
    ours = [
        number
        for facts in Plan.objects.filter(loan=loan).values_list("facts", flat=True)
        for name, number in facts
        if name == "schedule"
    ]
    others = Schedule.objects.filter(
        loan=loan, origin=ScheduleOrigin.EXTENSION, value_on__gte=since.date()
    ).exclude(pk__in=ours)
    return own + others.count()


def affordable_on(case: Case) -> tuple[HardshipTalk | None, Decimal | None]:
    """Returns the last talk on a case and what it found affordable a month; None unasked."""
    talk = latest_talk(case)
    budget = budget_of(talk) if talk else None
    return talk, affordable(budget) if budget else None


def live_plan(loan: Loan) -> Plan | None:
    """Returns the plan that is proposed, in force or waits for the lender's books, if any."""
    return (
        Plan.objects.live()
        .filter(loan=loan)
        .exclude(state=PlanState.PROPOSED, approval__status__in=_CLOSED)
        .select_related("approval")
        .first()
    )


_CLOSED: Final = (ApprovalStatus.WITHDRAWN, ApprovalStatus.EXPIRED)


def latest_plan_facts() -> Subquery:
    """Returns, for a case given as the outer row, its live plan or else its last, as one object."""
    rows = Plan.objects.filter(loan=OuterRef("loan")).exclude(
        state__in=[PlanState.REFUSED, PlanState.WITHDRAWN, PlanState.LAPSED]
    )
    following = PlanInstalment.objects.filter(
        plan=OuterRef("pk"), promise__state=PromiseState.OPEN
    ).order_by("number")
    return Subquery(
        rows.annotate(
            next_due_on=Subquery(following.values("due_on")[:1]),
            next_amount=Subquery(following.values("amount")[:1]),
        )
        .order_by("-proposed_at")
        .values(
            plan_facts=JSONObject(
                pk=Cast("pk", TextField()),
                kind="kind",
                state="state",
                total=Cast("total_amount", TextField()),
                months="months",
                given_up=Cast("given_up_amount", TextField()),
                is_early="is_early",
                next_due_on="next_due_on",
                next_amount=Cast("next_amount", TextField()),
                proposed_by_id="proposed_by_id",
                approval=Cast("approval__status", TextField()),
            )
        )[:1]
    )


def instalments_of(plan: Plan) -> list[Any]:
    """Returns a plan's instalments with the promises that judge them. One query."""
    return list(plan.instalments.select_related("promise").order_by("number"))


def promises_of(plan: Plan) -> QuerySet[Promise]:
    """Returns the promises that the plan's instalments are."""
    return Promise.objects.filter(plan_instalment__plan=plan)


def is_live(state: str) -> bool:
    return state in LIVE


def due_within(plans: QuerySet[Plan], *, days: int) -> QuerySet[Plan]:
    """Narrows to plans in force with an instalment that is due in so many days, or overdue."""
    until = clock.now().date() + timedelta(days=days)
    awaited = Q(instalments__promise__state=PromiseState.OPEN, instalments__due_on__lte=until)
    return plans.filter(awaited, state=PlanState.ACTIVE).distinct()

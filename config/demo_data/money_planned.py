"""What people who cannot pay as the contract says agreed on; some of it waits for a lead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from collections_app.cases.models import Case
from collections_app.hardship.flow import Budget
from collections_app.hardship.services import record_talk
from collections_app.plans.models import Plan, PlanKind
from collections_app.plans.services import propose_plan
from collections_app.plans.terms import Terms
from collections_app.plans.watching import judge_plan
from collections_app.promises.judging import judge_loans
from collections_app.promises.limits import Part
from core import clock
from core.audit import SYSTEM, Actor
from loans.portfolios.models import Ledger
from loans.repayments.services import record_repayment

if TYPE_CHECKING:
    from config.demo_data.floor import Floor

_CENT: Final = Decimal("0.01")
_REASONS: Final = ("income", "illness", "expenses", "family", "vehicle")


def agree_plans(floor: Floor) -> int:
    """Arrangements in three payments, within an agent's limit; every fourth waits for a lead."""
    count = 0
    for number, case in enumerate(floor.some(23, offset=9)):
        overdue = case.loan.position.overdue_amount
        if overdue <= 10:
            continue
        agent = floor.agent_of(case)
        record_talk(
            case=case,
            party=case.borrower,
            reason=floor.rng.choice(_REASONS),
            budget=_month(overdue),
            is_looked_at=False,
            by=Actor.of(agent),
        )
        terms = _payments(case, count=6 if number % 4 == 3 else 3)
        propose_plan(case=case, party=case.borrower, terms=terms, by=agent)
        count += 1
    return count


#: What became of plans of twelve days ago: after how many days an instalment falls due, and after
#: how many each was paid. The first is kept, the second paid early, the third broken.
_RUN: Final[tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]] = (
    ((4, 9), (4, 9)),
    ((4, 18, 32), (4, 8, 8)),
    ((4, 18, 32), ()),
)
_AGO: Final = dt.timedelta(days=12)
#: So many nights after its day an instalment that was not paid is found broken.
_NIGHTS: Final = 3


def let_plans_run(floor: Floor) -> int:
    """Plans agreed some days ago that were kept, paid early and broken, judged from money.

    Only in books kept here, where money is booked as it comes; the last of all, because who has
    paid has no case to work any more.
    """
    if floor.portfolio.ledger != Ledger.MAKEGOOD:
        return 0
    cases = _unplanned(floor)
    for case, (due_after, paid_after) in zip(cases, _RUN, strict=False):
        _run(floor, case, due_after, paid_after)
    return min(len(cases), len(_RUN))


def _unplanned(floor: Floor) -> list[Case]:
    """Cases old enough and with enough past due about which nothing else is agreed or planned."""
    before = (floor.now - _AGO).date()
    busy = Plan.objects.filter(case__in=floor.cases).values("case")
    rows = Case.objects.open().filter(
        pk__in=[case.pk for case in floor.cases], opened_on__lte=before, assignee__isnull=False
    )
    rows = rows.exclude(pk__in=busy).exclude(visits__isnull=False)
    rows = rows.exclude(proceedings__isnull=False).exclude(loan__promises__isnull=False)
    rows = rows.filter(loan__position__overdue_amount__gt=100, loan__position__overdue_penalty=0)
    return list(
        rows.select_related("loan__position", "borrower", "assignee", "portfolio").order_by(
            "loan__position__overdue_amount", "pk"
        )[: len(_RUN)]
    )


def _run(floor: Floor, case: Case, due_after: Sequence[int], paid_after: Sequence[int]) -> None:
    began, agent = floor.now - _AGO, floor.agent_of(case)
    zone = ZoneInfo(case.portfolio.time_zone)
    day = began.astimezone(zone).date()
    due_on = [day + dt.timedelta(days=after) for after in due_after]
    parts = _parts(case.loan.position.overdue_amount, due_on)
    with clock.held_at(began):
        terms = Terms(kind=PlanKind.ARRANGEMENT, parts=parts)
        plan = propose_plan(case=case, party=case.borrower, terms=terms, by=agent)
    for number, (part, after) in enumerate(zip(parts, paid_after, strict=False)):
        with clock.held_at(began + dt.timedelta(days=after)):
            record_repayment(
                loan=case.loan,
                amount=part.amount,
                value_on=day + dt.timedelta(days=after),
                external_ref=f"PLAN-{case.loan.contract_no}-{number}",
                by=SYSTEM,
                method="transfer",
            )
            judge_loans(loan_ids={case.loan_id}, by=SYSTEM)
    seen_after = max(paid_after, default=due_after[0] + _NIGHTS)
    with clock.held_at(began + dt.timedelta(days=seen_after)):
        judge_loans(loan_ids={case.loan_id}, by=SYSTEM)
        judge_plan(plan=plan, by=SYSTEM)


def _month(overdue: Decimal) -> Budget:
    """A month in which a payment of the plan is just affordable."""
    left = (overdue / 2).quantize(_CENT)
    return Budget(net_income=left * 4, housing=left, living=left, car=(left / 2).quantize(_CENT))


def _payments(case: Case, *, count: int) -> Terms:
    today = clock.local_today(case.portfolio.time_zone)
    days = [today + dt.timedelta(days=4 + 14 * number) for number in range(count)]
    return Terms(kind=PlanKind.ARRANGEMENT, parts=_parts(case.loan.position.overdue_amount, days))


def _parts(overdue: Decimal, days: Sequence[dt.date]) -> tuple[Part, ...]:
    """What is past due in equal payments; the last one takes what rounding leaves."""
    share = (overdue / len(days)).quantize(_CENT, rounding=ROUND_DOWN)
    amounts = [share] * (len(days) - 1)
    return tuple(map(Part, [*amounts, overdue - sum(amounts)], days))

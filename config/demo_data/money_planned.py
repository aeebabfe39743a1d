"""What people who cannot pay as the contract says agreed on; some of it waits for a lead."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING, Final

from collections_app.cases.models import Case
from collections_app.hardship.flow import Budget
from collections_app.hardship.services import record_talk
from collections_app.plans.models import PlanKind
from collections_app.plans.services import propose_plan
from collections_app.plans.terms import Rhythm, Terms, spread
from core import clock
from core.audit import Actor

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


def _month(overdue: Decimal) -> Budget:
    """A month in which a payment of the plan is just affordable."""
    left = (overdue / 2).quantize(_CENT)
    return Budget(net_income=left * 4, housing=left, living=left, car=(left / 2).quantize(_CENT))


def _payments(case: Case, *, count: int) -> Terms:
    today = clock.local_today(case.portfolio.time_zone)
    overdue = case.loan.position.overdue_amount
    share = (overdue / count).quantize(_CENT, rounding=ROUND_DOWN)
    parts = spread(
        count=count,
        amount=share,
        first_on=today + dt.timedelta(days=4),
        rhythm=Rhythm.FORTNIGHT,
        pay_now=overdue - share * count,
        today=today + dt.timedelta(days=1),
    )
    return Terms(kind=PlanKind.ARRANGEMENT, parts=parts)

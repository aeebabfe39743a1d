"""What the tests of plans share: a desk with a loan that is far behind, terms, money, closes."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from accounts.access.rights import Role
from accounts.models import User
from collections_app.close.services import catch_up
from collections_app.plans.models import Plan, PlanKind
from collections_app.plans.services import propose_plan
from collections_app.plans.terms import Terms
from collections_app.promises.limits import Part
from core.facts.topics import drain
from loans.portfolios.services import grant_portfolio
from loans.repayments.services import record_repayment
from tests.loans.builders import CLERK, next_number

D = Decimal
TODAY = date(2026, 5, 12)


def on(days: int) -> date:
    return TODAY + timedelta(days=days)


def arrangement(*parts: tuple[str, int]) -> Terms:
    """An arrangement of amounts and days from today."""
    return Terms(
        kind=PlanKind.ARRANGEMENT,
        parts=tuple(Part(D(amount), on(days)) for amount, days in parts),
    )


#: Past due are 1,320.00: three payments within an agent's limit.
USUAL = arrangement(("440.00", 5), ("440.00", 35), ("440.00", 65))


def propose(desk, terms: Terms = USUAL, by=None) -> Plan:
    return propose_plan(
        case=desk.case, party=desk.case.borrower, terms=terms, by=by or desk.cast.ana
    )


def pay(desk, amount: str, days: int, **more):
    """Money valued so many days from today, and everybody told."""
    paid = record_repayment(
        loan=desk.case.loan, amount=D(amount), value_on=on(days), by=CLERK, **more
    )
    tell()
    return paid


def tell() -> None:
    """Everybody who follows money, promises and cases has caught up."""
    for topic in (
        "loans.position_changed",
        "collections.case_changed",
        "collections.promise_changed",
        "collections.plan_changed",
    ):
        drain(topic)


def close_through(desk, days: int) -> None:
    portfolio = desk.cast.portfolio
    portfolio.refresh_from_db()
    catch_up(portfolio=portfolio, through=on(days), by=CLERK)
    tell()


def fresh(plan: Plan) -> Plan:
    return Plan.objects.select_related("loan__portfolio", "approval").get(pk=plan.pk)


def manager(desk) -> User:
    number = next_number()
    user = User.objects.create_user(
        f"boss{number}@example.com", password=None, full_name="Mia", role=Role.MANAGER
    )
    grant_portfolio(portfolio=desk.cast.portfolio, user=user, by=CLERK)
    return user

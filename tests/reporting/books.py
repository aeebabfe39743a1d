"""A small lender whose days passed through the services: two portfolios in dollars, one in yuan."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from accounts.access.rights import Role
from accounts.models import Team, User
from collections_app.cases.models import Case
from collections_app.cases.services import assign
from collections_app.close.models import CloseDone
from collections_app.close.services import close
from collections_app.promises.models import Promise, PromiseEvent
from collections_app.promises.services import record_promise
from compliance.attempts.history import HistoricContact, record_history
from core.audit import Actor
from core.facts.topics import drain
from loans.contracts.models import Loan
from loans.delinquency.models import PositionChange
from loans.portfolios.models import Portfolio
from loans.portfolios.services import grant_portfolio
from loans.repayments.models import Repayment
from loans.repayments.rows import RepaymentRow
from loans.repayments.services import record_repayments, return_repayment
from tests.loans.builders import (
    CLERK,
    build_loan,
    build_portfolio,
    build_product,
    even_schedule,
    next_number,
)

OPENED_ON = date(2025, 1, 31)
ONE_DAY = timedelta(days=1)
OUTCOMES = ("no_answer", "voicemail", "conversation", "third_party", "conversation", "busy")


@dataclass
class Lender:
    """Portfolios, teams and the people who read reports about them."""

    dollars: Portfolio
    more_dollars: Portfolio
    yuan: Portfolio
    south: Team
    north: Team
    people: dict[str, User] = field(default_factory=dict)

    @property
    def portfolios(self) -> list[Portfolio]:
        return [self.dollars, self.more_dollars, self.yuan]

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None


def build_lender() -> Lender:
    """Ana and Amy work in South, which Ben leads; Pete in North, led by Grace; Maria manages."""
    number = next_number()
    lender = Lender(
        dollars=build_portfolio(business_date=OPENED_ON),
        more_dollars=build_portfolio(business_date=OPENED_ON),
        yuan=build_portfolio(business_date=OPENED_ON, country="CN"),
        south=Team.objects.create(name=f"South {number}"),
        north=Team.objects.create(name=f"North {number}"),
    )
    for name, role, team in (
        ("ana", Role.AGENT, lender.south),
        ("amy", Role.AGENT, lender.south),
        ("pete", Role.AGENT, lender.north),
        ("ben", Role.TEAM_LEAD, lender.south),
        ("grace", Role.TEAM_LEAD, lender.north),
        ("maria", Role.MANAGER, None),
        ("otto", Role.AUDITOR, None),
        ("stranger", Role.MANAGER, None),
    ):
        lender.people[name] = User.objects.create_user(
            f"{name}{number}@example.com",
            password=None,
            full_name=f"{name.title()} {number}",
            role=role,
            team=team,
        )
    for portfolio in lender.portfolios:
        for team in (lender.south, lender.north):
            grant_portfolio(portfolio=portfolio, team=team, by=CLERK)
        grant_portfolio(portfolio=portfolio, user=lender.maria, by=CLERK)
    return lender


def lend(portfolio: Portfolio, *, loans: int) -> list[Loan]:
    """Loans of two products whose instalments fall due on different days of February on."""
    products = [build_product(portfolio), build_product(portfolio)]
    return [
        build_loan(
            portfolio,
            product=products[at % 2],
            schedule=even_schedule(count=6, first_due_on=date(2025, 2, 1 + at % 27)),
        )
        for at in range(loans)
    ]


def pass_days(portfolio: Portfolio, loans: list[Loan], *, days: int) -> None:
    """Closes days one by one. A quarter pays when due, one late, one very late, one never."""
    day = OPENED_ON
    for _at in range(days):
        rows = [row for at, loan in enumerate(loans) if (row := _payment(loan, at, day))]
        books = Portfolio.objects.get(pk=portfolio.pk)
        record_repayments(portfolio=books, rows=rows, by=CLERK)
        drain(PositionChange.TOPIC)
        close(portfolio=books, on=day, by=CLERK)
        drain(CloseDone.TOPIC)
        day += ONE_DAY


def _payment(loan: Loan, at: int, day: date) -> RepaymentRow | None:
    late_by = (0, 9, 37, None)[at % 4]
    if late_by is None or (day - timedelta(days=late_by)).day != 1 + at % 27:
        return None
    return RepaymentRow(
        contract_no=loan.contract_no,
        amount=Decimal("110.00") if at % 5 else Decimal("60.00"),
        value_on=day,
        external_ref=f"{loan.contract_no}-{day}",
        state="pending" if at % 7 == 2 else "settled",
    )


def work(portfolio: Portfolio, *, seed: int) -> None:
    """Calls, promises, a return and a move on the open cases of a portfolio."""
    cases = list(Case.objects.filter(portfolio=portfolio).order_by("loan__contract_no"))
    contacts = [
        HistoricContact(
            portfolio_id=portfolio.pk,
            party_id=case.borrower_id,
            loan_id=case.loan_id,
            channel="call",
            direction="outbound" if at % 5 else "inbound",
            # Who calls us is whoever the debt concerns.
            outcome=OUTCOMES[(at + seed) % len(OUTCOMES)] if at % 5 else "conversation",
            at=datetime.combine(
                case.opened_on + timedelta(days=1 + at % 3), datetime.min.time(), UTC
            )
            + timedelta(hours=15),
            made_by=case.assignee.get_full_name() if case.assignee else "",
        )
        for at, case in enumerate(cases)
    ]
    record_history(contacts=contacts, by=CLERK)
    for at, case in enumerate(cases[::2]):
        made_at = datetime.combine(case.opened_on, datetime.min.time(), UTC) + timedelta(hours=20)
        promise = record_promise(
            loan=case.loan,
            party=case.borrower,
            amount=Decimal("50.00"),
            due_on=case.opened_on + timedelta(days=4),
            made_at=made_at,
            by=Actor.of(case.assignee) if case.assignee else CLERK,
        )
        state = ("open", "kept", "broken", "partial")[at % 4]
        Promise.objects.filter(pk=promise.pk).update(state=state, is_awaiting=False)
        PromiseEvent.objects.create(promise=promise, state=state, by="test")
    money = Repayment.objects.filter(loan__portfolio=portfolio).order_by("pk")[2::9]
    for repayment in money:
        return_repayment(
            repayment=repayment, value_on=repayment.value_on + ONE_DAY, by=CLERK, reason="no cover"
        )
    settle_everything()


def move_case(case: Case, to: User) -> None:
    assign(case=case, to=to, reason="language", by=CLERK)


def settle_everything() -> None:
    """Lets every consumer of reports come to the end of its facts."""
    for topic in (PositionChange.TOPIC, CloseDone.TOPIC, "reporting.events", PromiseEvent.TOPIC):
        drain(topic)


def build_busy_lender(*, loans: int = 16, days: int = 45) -> Lender:
    """A lender with six weeks behind it in all three portfolios."""
    lender = build_lender()
    for seed, portfolio in enumerate(lender.portfolios):
        pass_days(portfolio, lend(portfolio, loans=loans - 2 * seed), days=days)
        work(portfolio, seed=seed)
    return lender

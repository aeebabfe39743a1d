"""A field agent and a visit on the desk's case, made through the real services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from accounts.access.rights import Role
from accounts.models import User
from collections_app.visits.models import Visit, VisitPurpose
from collections_app.visits.services import Plan, plan_visit, request_visit
from core.audit.actors import Actor
from loans.borrowers.models import Address
from loans.portfolios.services import grant_portfolio
from tests.collections_app.builders import Desk, build_desk
from tests.loans.builders import CLERK, next_number

#: The day of the desk's business date, on the clock of Texas.
TODAY = date(2026, 5, 12)


@dataclass
class Field:
    """The desk with Finn, who makes visits, and Gail, who goes along."""

    desk: Desk
    finn: User
    gail: User

    @property
    def address(self) -> Address:
        return self.desk.case.borrower.addresses.select_related("party__data_key").first()

    def purpose(self, code: str = "ARRANGE") -> VisitPurpose:
        return VisitPurpose.objects.get(code=code)

    def asked(self, note: str = "", address: Address | None = None) -> Visit:
        return request_visit(
            case=self.desk.case,
            address=address or self.address,
            purpose=self.purpose(),
            note=note,
            by=self.desk.cast.ana,
        )

    def plan(self, **changes: Any) -> Plan:
        usual: dict[str, Any] = {
            "agent": self.finn,
            "visit_on": TODAY,
            "opens": time(13),
            "closes": time(17),
            "second_visitor": self.gail,
        }
        return Plan(**(usual | changes))

    def planned(self, visit: Visit | None = None, reason: str = "", **changes: Any) -> Visit:
        visit = visit or self.asked()
        plan_visit(
            visit=visit,
            plan=self.plan(**changes),
            reason=reason,
            by=Actor.of(self.desk.cast.ben),
        )
        visit.refresh_from_db()
        return visit


def build_field(**settings: Any) -> Field:
    desk = build_desk(**settings)
    number = next_number()
    people = [
        User.objects.create_user(
            f"{name}{number}@example.com",
            password=None,
            full_name=name.title(),
            role=Role.FIELD_AGENT,
            team=desk.cast.team,
        )
        for name in ("finn", "gail")
    ]
    for user in people:
        grant_portfolio(portfolio=desk.cast.portfolio, user=user, by=CLERK)
    return Field(desk, *people)

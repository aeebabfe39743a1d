"""Typed builders of loans: they call the real services, so no illegal state can be built."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.access.rights import Role
from accounts.models import Team, User
from core.audit import Actor
from loans.borrowers.models import Party
from loans.borrowers.rows import AddressRow, ContactRow, PartyRow
from loans.borrowers.services import register_party
from loans.contracts.models import Loan
from loans.contracts.rows import LoanRow, SignatoryRow, VehicleRow
from loans.contracts.services import open_loan
from loans.contracts.terms import ScheduledInstalment, Terms
from loans.delinquency.models import Position
from loans.portfolios.models import BucketScheme, Portfolio, Product
from loans.portfolios.schemes import CHINA_M, US_30, StandardScheme
from loans.portfolios.services import (
    PortfolioSettings,
    create_portfolio,
    create_product,
    ensure_standard_scheme,
    grant_portfolio,
)

#: Who does things in tests where it does not matter who.
CLERK = Actor(kind="user", id="clerk", label="Clerk of the tests")
#: Somebody else, for what needs two.
SECOND = Actor(kind="user", id="second", label="Second person")

BOOKS_ON = date(2025, 6, 30)
_numbers = itertools.count(1)


def next_number() -> int:
    """Returns a number no other builder call gets."""
    return next(_numbers)


def build_scheme(scheme: StandardScheme = US_30) -> BucketScheme:
    return ensure_standard_scheme(scheme=scheme, by=CLERK)


def build_portfolio(
    *,
    code: str = "",
    ledger: str = "makegood",
    country: str = "US",
    business_date: date = BOOKS_ON,
    scheme: StandardScheme | None = None,
    **settings: Any,
) -> Portfolio:
    """A portfolio of one country; `settings` are those of PortfolioSettings."""
    is_chinese = country == "CN"
    code = code or f"p{next_number()}"
    return create_portfolio(
        code=code,
        name=f"Portfolio {code}",
        ledger=ledger,
        currency="CNY" if is_chinese else "USD",
        country=country,
        time_zone="Asia/Shanghai" if is_chinese else "America/New_York",
        language="zh-hans" if is_chinese else "en",
        business_date=business_date,
        bucket_scheme=build_scheme(scheme or (CHINA_M if is_chinese else US_30)),
        settings=PortfolioSettings(**settings),
        by=CLERK,
    )


def build_product(
    portfolio: Portfolio, conventions: Mapping[str, Any] | None = None, code: str = ""
) -> Product:
    return create_product(
        portfolio=portfolio,
        code=code or f"auto{next_number()}",
        name="Auto loan",
        conventions=conventions,
        by=CLERK,
    )


def build_party(portfolio: Portfolio, **row: Any) -> Party:
    number = next_number()
    defaults: dict[str, Any] = {
        "customer_no": f"C{number:06}",
        "full_name": f"Dana Reed {number}",
    }
    return register_party(portfolio=portfolio, row=PartyRow(**{**defaults, **row}), by=CLERK)


def even_schedule(
    *,
    count: int = 12,
    first_due_on: date = date(2025, 1, 15),
    principal: Decimal = Decimal("100.00"),
    interest: Decimal = Decimal("10.00"),
) -> tuple[ScheduledInstalment, ...]:
    """Instalments of one height on the same day of every month."""
    days = [_month_later(first_due_on, number) for number in range(-1, count)]
    return tuple(
        ScheduledInstalment(number, days[number - 1], days[number], principal, interest)
        for number in range(1, count + 1)
    )


def _month_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, day.day)


def build_loan(
    portfolio: Portfolio,
    *,
    product: Product | None = None,
    party: Party | None = None,
    contract_no: str = "",
    schedule: tuple[ScheduledInstalment, ...] | None = None,
    terms: Terms | None = None,
    started_on: date | None = None,
    principal_amount: Decimal | None = None,
    vehicles: tuple[VehicleRow, ...] = (),
) -> Loan:
    """A loan of twelve instalments of 110.00, due on the 15th from January 2025, unless said."""
    rows = schedule if schedule is not None else (() if terms else even_schedule())
    principal = principal_amount or sum((row.principal for row in rows), Decimal(0))
    return open_loan(
        portfolio=portfolio,
        row=LoanRow(
            contract_no=contract_no or f"L{next_number():06}",
            product=product or portfolio.products.first() or build_product(portfolio),
            started_on=started_on or (rows[0].from_on if rows else date(2024, 12, 15)),
            principal_amount=principal or Decimal("1200.00"),
            parties=(SignatoryRow(party_id=(party or build_party(portfolio)).pk),),
            schedule=rows,
            terms=terms,
            vehicles=vehicles,
        ),
        by=CLERK,
    )


def position_of(loan: Loan) -> Position:
    """The stored position, read afresh."""
    return Position.objects.get(pk=loan.pk)


@dataclass
class Cast:
    """The people of the tests: two portfolios, and who may see which."""

    portfolio: Portfolio
    other_portfolio: Portfolio
    team: Team
    other_team: Team
    ana: User
    ben: User
    cleo: User
    auditor: User
    administrator: User
    extra: dict[str, User] = field(default_factory=dict)


def build_cast(portfolio: Portfolio | None = None, other: Portfolio | None = None) -> Cast:
    """Ana works in a team that Ben leads; Cleo works another portfolio; the auditor sees all."""
    number = next_number()
    team = Team.objects.create(name=f"Early {number}")
    other_team = Team.objects.create(name=f"Elsewhere {number}")

    def person(name: str, role: Role, of: Team | None) -> User:
        user = User(email=f"{name}{number}@example.com", full_name=name.title(), role=role, team=of)
        user.set_unusable_password()
        user.save(force_insert=True)  # right by construction: not looked through again
        return user

    cast = Cast(
        portfolio=portfolio or build_portfolio(),
        other_portfolio=other or build_portfolio(),
        team=team,
        other_team=other_team,
        ana=person("ana", Role.AGENT, team),
        ben=person("ben", Role.TEAM_LEAD, team),
        cleo=person("cleo", Role.AGENT, other_team),
        auditor=person("auditor", Role.AUDITOR, None),
        administrator=person("admin", Role.ADMINISTRATOR, None),
    )
    Team.objects.filter(pk=team.pk).update(lead=cast.ben)
    grant_portfolio(portfolio=cast.portfolio, team=team, by=CLERK)
    grant_portfolio(portfolio=cast.other_portfolio, user=cast.cleo, by=CLERK)
    return cast


def us_party_row(**changes: Any) -> PartyRow:
    """A borrower in Texas, which has two time zones, with a New York number."""
    defaults: dict[str, Any] = {
        "customer_no": f"U{next_number():06}",
        "full_name": "Maria Ortiz",
        "language": "en",
        "born_on": date(1985, 3, 9),
        "contact_points": (
            ContactRow(kind="phone", value="(212) 555-0142", place="mobile"),
            ContactRow(kind="email", value="Maria.Ortiz@example.com"),
        ),
        "addresses": (
            AddressRow(text="12 Elm Street, El Paso, TX 79901", region="Texas", city="El Paso"),
        ),
    }
    return PartyRow(**{**defaults, **changes})

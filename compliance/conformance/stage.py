"""The books a contact scenario is told on: portfolio, people, numbers and loans, by the services.

Everything is written to the database the way any other portfolio is; who calls rolls it back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from compliance.conformance.names import (
    Point,
    contacts_of,
    country_of,
    debts_of,
    points_of,
    roles_of,
)
from compliance.conformance.reading import NotExpressible, Row, instant_of, word_of
from compliance.conformance.vocabulary import PACKS, RELATED, ROLES
from compliance.rulepacks.models import RulePack
from core.audit import Actor
from core.ids import uuid7
from loans.borrowers.models import Address, ContactKind, ContactPoint, Party
from loans.borrowers.rows import AddressRow, ContactRow, PartyRow
from loans.borrowers.services import add_contact_point, register_party
from loans.contracts.models import Loan, PartyRole
from loans.contracts.rows import LoanRow, SignatoryRow
from loans.contracts.services import open_loan
from loans.contracts.terms import Terms
from loans.portfolios.models import Ledger, Product
from loans.portfolios.schemes import CHINA_M, US_30
from loans.portfolios.services import (
    PortfolioSettings,
    create_portfolio,
    create_product,
    ensure_standard_scheme,
)

CLERK: Final = Actor(kind="system", id="conformance", label="Conformance run")
PRICE: Final = Decimal("12000.00")
_INSTALMENTS: Final = 36
_YEAR: Final = timedelta(days=365)
_MONTH: Final = timedelta(days=30)
#: Beginnings of numbers that exist; where they ring is what the scenario says.
_NUMBERS: Final = {"US": 14042530100, "CN": 8613800138000, "GB": 447911123400, "IN": 919810012300}
_CURRENCIES: Final = {"US": "USD", "CN": "CNY", "GB": "GBP", "IN": "INR"}


@dataclass(slots=True)
class Stage:
    """What a scenario is told on, by the names it uses."""

    case: Row
    country: str
    zones: tuple[str, ...]
    #: Before everything that the scenario dates; what it does not date holds from here on.
    begin: datetime
    debtor_name: str
    people: dict[str, Party] = field(default_factory=dict)
    points: dict[tuple[str, str], ContactPoint] = field(default_factory=dict)
    loans: dict[str, Loan] = field(default_factory=dict)

    @property
    def debtor(self) -> Party:
        return self.people[self.debtor_name]

    def person(self, name: str) -> Party:
        """Whom a name of the scenario stands for: lawyers are reached for the debtor."""
        return self.people.get(name, self.debtor)

    def point(self, contact: Row) -> ContactPoint | None:
        """The number or e-mail address of a contact; letters and visits have none."""
        whose = contact["party"] if contact["party"] in self.people else self.debtor_name
        return self.points.get((whose, contact.get("endpoint") or ""))

    def named(self, debts: Iterable[str]) -> list[Loan]:
        """The loans behind debts. Raises NotExpressible for a debt that no contact is about."""
        return [word_of(self.loans, debt, "loan") for debt in debts]

    def day(self, instant: datetime) -> date:
        """The calendar day where the person is."""
        return instant.astimezone(ZoneInfo(self.zones[0])).date()

    def midnight(self, day: date) -> datetime:
        """The beginning of a day where the person is."""
        return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(self.zones[0]))


def build_stage(case: Row) -> Stage:
    """Makes the portfolio under the scenario's rules, its people, how to reach them, its loans."""
    zones = tuple(case["subject"]["tz_candidates"])
    if not zones:
        raise NotExpressible("the scenario names no time zone")
    roles = roles_of(case)
    stage = Stage(
        case=case,
        country=country_of(case),
        zones=zones,
        begin=min(instant_of(row["at"]) for row in contacts_of(case)) - _YEAR,
        debtor_name=next(iter(roles)),
    )
    product = _product(stage)
    for name in roles:
        stage.people[name] = _register(stage, product, name)
    for number, point in enumerate(points_of(case)):
        stage.points[point.party, point.endpoint] = _point(stage, point, number)
    for name in debts_of(case):
        stage.loans[name] = _open(stage, product, name, roles)
    return stage


def pack_of(ruleset: str) -> str:
    """The pack that holds a set of rules. Raises NotExpressible where none is published."""
    code = PACKS.get(ruleset, ruleset.replace("_", "-"))
    if not RulePack.objects.filter(code=code).exists():
        raise NotExpressible(f"no rule pack {code} is published for {ruleset}")
    return code


def _product(stage: Stage) -> Product:
    portfolio = create_portfolio(
        code=f"conformance-{uuid7().hex[-12:]}",
        name="Conformance",
        ledger=Ledger.MAKEGOOD,
        currency=_CURRENCIES[stage.country],
        country=stage.country,
        time_zone=stage.zones[0],
        business_date=stage.day(instant_of(stage.case["proposed"]["at"])),
        bucket_scheme=ensure_standard_scheme(
            scheme=CHINA_M if stage.country == "CN" else US_30, by=CLERK
        ),
        settings=PortfolioSettings(
            rule_packs=tuple(pack_of(name) for name in stage.case["ruleset"]),
            contacts_known_from=stage.begin.date(),
        ),
        by=CLERK,
    )
    return create_product(portfolio=portfolio, code="conformance", name="Conformance", by=CLERK)


def _register(stage: Stage, product: Product, name: str) -> Party:
    party = register_party(
        portfolio=product.portfolio,
        row=PartyRow(
            customer_no=f"{product.portfolio.code}-{name}",
            full_name=f"Conformance {name}",
            addresses=(AddressRow(text="1 Conformance Street", country=stage.country),),
        ),
        by=CLERK,
    )
    # The scenario states where people may be, whatever the places of ours say. Home stands in the
    # first zone, whose days count.
    Address.objects.filter(party=party).update(time_zones=list(stage.zones[:1]))
    return party


def _point(stage: Stage, point: Point, number: int) -> ContactPoint:
    is_email = point.kind == ContactKind.EMAIL
    address = f"{point.party}.{point.endpoint}@example.com".lower()
    digits = f"+{_NUMBERS[stage.country] + number}"
    made = add_contact_point(
        party=stage.people[point.party],
        row=ContactRow(kind=point.kind, value=address if is_email else digits, place=point.place),
        country=stage.country,
        by=CLERK,
    )
    if not is_email:
        ContactPoint.objects.filter(pk=made.pk).update(time_zones=list(stage.zones))
    return made


def _open(stage: Stage, product: Product, name: str, roles: dict[str, str]) -> Loan:
    started_on = stage.begin.date()
    return open_loan(
        portfolio=product.portfolio,
        row=LoanRow(
            contract_no=f"conformance-{name}",
            product=product,
            started_on=started_on,
            principal_amount=PRICE,
            parties=tuple(
                SignatoryRow(
                    party_id=stage.people[person].pk,
                    role=_role(role),
                    relationship=role if role in RELATED else "",
                )
                for person, role in roles.items()
            ),
            terms=Terms(
                principal=PRICE,
                periods=_INSTALMENTS,
                start_on=started_on,
                first_due_on=started_on + _MONTH,
                annual_rate=Decimal(0),
            ),
        ),
        by=CLERK,
    )


def _role(role: str) -> PartyRole:
    if role == "debtor":
        return PartyRole.BORROWER
    found: PartyRole = word_of(ROLES, role, "role")
    return found

"""The office of the book: two portfolios, the teams that work them, and who is in them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from accounts.access.rights import Role
from accounts.models import Team, User
from accounts.teams.services import create_team
from accounts.users.services import create_user
from collections_app.contacts.services import install_standard_results
from collections_app.worklist.points_services import install_standard_points
from compliance.rulepacks.services import install_standard_packs
from core.audit import SYSTEM
from loans.portfolios.models import Ledger, Portfolio, Product
from loans.portfolios.schemes import CHINA_M, US_30
from loans.portfolios.services import (
    PortfolioSettings,
    create_portfolio,
    create_product,
    ensure_standard_scheme,
    grant_portfolio,
    set_watermark,
)

#: The books are on this day; the one before was closed last, and many loans fell due on it.
BUSINESS_DATE = dt.date(2026, 6, 16)
CLOSED_THROUGH = BUSINESS_DATE - dt.timedelta(days=1)
GRACE_DAYS = 3
MAIN, SIDE = "metro", "prairie"
AGENTS_PER_TEAM = 14
CASES_PER_AGENT = 250
#: About seven in a hundred loans are behind.
_SHARE_LATE = 0.07
MANAGER, AGENT = "manager@bench.example", "agent.1@bench.example"


@dataclass(frozen=True, slots=True)
class Office:
    """The two portfolios with the one product of each."""

    main: Portfolio
    side: Portfolio
    main_product: Product
    side_product: Product


@transaction.atomic
def open_office(*, loans: int) -> Office:
    """Creates portfolios, products, teams, agents, a manager and the result codes."""
    main = _portfolio(MAIN, "Metro car loans", "CNY", "CN", "Asia/Shanghai", "zh-hans")
    side = _portfolio(SIDE, "Prairie car loans", "USD", "US", "America/Chicago", "en")
    _hire(max(4, round(loans * _SHARE_LATE / CASES_PER_AGENT)), [main, side])
    install_standard_results(by=SYSTEM)
    install_standard_points(by=SYSTEM)
    install_standard_packs(by=SYSTEM)
    return Office(
        main=main,
        side=side,
        main_product=create_product(portfolio=main, code="used", name="Used car", by=SYSTEM),
        side_product=create_product(portfolio=side, code="used", name="Used car", by=SYSTEM),
    )


def _portfolio(
    code: str, name: str, currency: str, country: str, zone: str, language: str
) -> Portfolio:
    is_chinese = country == "CN"
    portfolio = create_portfolio(
        code=code,
        name=name,
        ledger=Ledger.EXTERNAL,
        currency=currency,
        country=country,
        time_zone=zone,
        business_date=BUSINESS_DATE,
        bucket_scheme=ensure_standard_scheme(scheme=CHINA_M if is_chinese else US_30, by=SYSTEM),
        language=language,
        by=SYSTEM,
        settings=PortfolioSettings(
            grace_days=GRACE_DAYS,
            rule_packs=("CN",) if is_chinese else ("US-REGF",),
            # The book stays on its day for years; the gate is to look at it as if it were fresh.
            feed_limit_days=32_000,
            contacts_known_from=dt.date(2020, 1, 1),
        ),
    )
    for feed in ("repayments", "schedules"):
        set_watermark(portfolio=portfolio, feed=feed, through_on=CLOSED_THROUGH, by=SYSTEM)
    return portfolio


def _hire(agents: int, portfolios: list[Portfolio]) -> None:
    manager = _user(MANAGER, "Mina Holt", Role.MANAGER, None)
    for portfolio in portfolios:
        grant_portfolio(portfolio=portfolio, user=manager, by=SYSTEM)
    for number in range(1, agents + 1):
        if (number - 1) % AGENTS_PER_TEAM == 0:
            team = create_team(name=f"Team {1 + number // AGENTS_PER_TEAM}", by=SYSTEM)
            _user(f"lead.{number}@bench.example", f"Lead {number}", Role.TEAM_LEAD, team)
            for portfolio in portfolios:
                grant_portfolio(portfolio=portfolio, team=team, by=SYSTEM)
        _user(f"agent.{number}@bench.example", f"Agent {number}", Role.AGENT, team)


def _user(email: str, name: str, role: Role, team: Team | None) -> User:
    return create_user(
        email=email,
        full_name=name,
        role=role,
        by=SYSTEM,
        team=team,
        password=None,
        must_change_password=False,
    )

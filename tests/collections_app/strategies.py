"""Strategies in force, written by one person and activated by another, through the services."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from typing import Any

import time_machine

from accounts.access.rights import Role
from accounts.models import User
from collections_app.strategy.models import StrategyVersion
from collections_app.strategy.services import (
    LineDraft,
    VersionDraft,
    decide_strategy,
    propose_strategy,
    write_strategy,
)
from core.audit import Actor
from loans.portfolios.models import Portfolio
from loans.portfolios.services import grant_portfolio
from notifications.templates.models import MessageTemplate
from tests.compliance.builders import reachable_portfolio
from tests.loans.builders import CLERK, next_number
from tests.notifications.builders import build_template

IN_FORCE_FROM = date(2026, 1, 1)
#: The day that messages are planned for in these tests, and the last day the books are on.
TODAY = date(2026, 5, 12)


@contextmanager
def morning_of_today() -> Iterator[Portfolio]:
    """Nine in the morning (UTC) of TODAY, with a portfolio whose books are on the day before."""
    with time_machine.travel(f"{TODAY}T09:00:00+00:00", tick=True):
        portfolio = reachable_portfolio()
        Portfolio.objects.filter(pk=portfolio.pk).update(business_date=TODAY - timedelta(days=1))
        portfolio.refresh_from_db()
        yield portfolio


def build_person(role: Role, portfolio: Portfolio | None = None) -> User:
    number = next_number()
    user = User.objects.create_user(
        f"p{number}@example.com", password=None, full_name=f"Person {number}", role=role
    )
    if portfolio is not None:
        grant_portfolio(portfolio=portfolio, user=user, by=CLERK)
    return user


def a_line(**changes: Any) -> LineDraft:
    """Late by any number of days; `changes` are those of LineDraft."""
    values: dict[str, Any] = {
        "code": "late",
        "name": "Late",
        "trigger": "days_past_due",
        "first_day": 1,
        "last_day": 2000,
        "send_at": time(10, 0),
    }
    template = changes.pop("template", None) or _said("overdue-sms")
    return LineDraft(**{**values, "template": template, **changes})


def message_about(purpose: str) -> MessageTemplate:
    """An approved text message of one purpose."""
    return _said(f"{purpose.replace('_', '-')}-sms", purpose=purpose)


def _said(code: str, **values: Any) -> MessageTemplate:
    found = MessageTemplate.objects.filter(code=code).first()
    return found or build_template(code=code, **values)


def build_strategy(
    portfolio: Portfolio, *lines: LineDraft, days_between: int = 1, heated: int | None = None
) -> StrategyVersion:
    """A version in force that says the lines."""
    manager = Actor.of(build_person(Role.MANAGER))
    version = write_strategy(
        portfolio=portfolio,
        draft=VersionDraft(IN_FORCE_FROM, lines or (a_line(),), days_between, heated),
        by=manager,
    )
    propose_strategy(version=version, by=manager)
    second = Actor.of(build_person(Role.MANAGER))
    return decide_strategy(version=version, activate=True, reason="", by=second)

"""Planning a day: who is told what, once, about all their loans."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from collections_app.close.services import catch_up
from collections_app.strategy.models import Strategy, StrategyLine, StrategyVersion
from collections_app.strategy.planning import expect_day, plan_day
from loans.delinquency.models import Position
from notifications.outbox.models import Message, MessageEvent
from tests.collections_app.strategies import TODAY, morning_of_today
from tests.compliance.builders import reachable_loan
from tests.loans.builders import CLERK
from tests.notifications.builders import build_template, pay_everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def portfolio():
    with morning_of_today() as portfolio:
        strategy = Strategy.objects.create(portfolio=portfolio, name="Reminders")
        version = StrategyVersion.objects.create(
            strategy=strategy,
            version=1,
            effective_from=date(2026, 1, 1),
            written_by="Ana",
            written_at="2026-01-01T00:00:00Z",
        )
        StrategyLine.objects.create(
            version=version,
            position=1,
            code="late",
            name="Late",
            trigger="days_past_due",
            first_day=1,
            last_day=2000,
            template=build_template(),
            send_at=time(10, 0),
        )
        version.status = "proposed"
        version.save()
        version.status, version.activated_at = "active", version.written_at
        version.save()
        yield portfolio


def close(portfolio):
    """Closes the day before, which plans the day it opens."""
    catch_up(portfolio=portfolio, through=date(2026, 5, 11), by=CLERK)
    portfolio.refresh_from_db()


def test_a_day_is_planned_once_for_everybody(portfolio):
    loan, phone = reachable_loan(portfolio)
    close(portfolio)

    assert plan_day(portfolio=portfolio, on=TODAY, by=CLERK) == 0, "the close had planned it"

    message = Message.objects.get()
    position = Position.objects.get(loan=loan)
    assert message.amount == position.overdue_amount
    assert message.contact_point == phone
    assert message.anchor == f"due:{position.oldest_unsatisfied_due_on}"
    assert message.send_at.isoformat() == "2026-05-12T14:00:00+00:00"
    assert [row.loan_id for row in message.about.all()] == [loan.pk]
    assert MessageEvent.objects.get().state == "waiting"
    assert message.pk.version == 7


def test_who_paid_is_told_nothing_and_a_past_day_is_never_planned(portfolio):
    loan, _phone = reachable_loan(portfolio)
    close(portfolio)
    tomorrow = TODAY + timedelta(days=1)
    assert plan_day(portfolio=portfolio, on=TODAY - timedelta(days=1), by=CLERK) == 0
    assert [row.count for row in expect_day(portfolio=portfolio, on=tomorrow)] == [1]
    pay_everything(loan)

    assert plan_day(portfolio=portfolio, on=tomorrow, by=CLERK) == 0
    assert expect_day(portfolio=portfolio, on=tomorrow) == []


def test_the_calendar_counts_what_a_day_will_bring(portfolio):
    reachable_loan(portfolio)
    close(portfolio)

    planned = Message.objects.count()

    found = expect_day(portfolio=portfolio, on=TODAY + timedelta(days=3))

    assert [(row.step, row.channel, row.count) for row in found] == [("late", "sms", 1)]
    assert Message.objects.count() == planned

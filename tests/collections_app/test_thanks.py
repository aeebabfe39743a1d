"""Thanks for a payment: once, for money of these days, and not for money that was taken back."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine

from collections_app.close.services import catch_up
from collections_app.strategy.thanks import follow_payments
from core import clock
from core.facts.models import FactCursor
from loans.repayments.models import Repayment
from loans.repayments.services import record_repayment, reverse
from notifications.outbox.models import Message
from notifications.outbox.owed import recheck
from tests.collections_app.strategies import a_line, build_strategy, message_about
from tests.compliance.builders import reachable_loan, reachable_portfolio
from tests.loans.builders import CLERK
from tests.notifications.builders import pay

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def loan():
    with time_machine.travel("2026-05-12T13:00:00+00:00", tick=True):
        portfolio = reachable_portfolio()
        portfolio.__class__.objects.filter(pk=portfolio.pk).update(business_date=date(2026, 5, 11))
        portfolio.refresh_from_db()
        loan, _phone = reachable_loan(portfolio)
        catch_up(portfolio=portfolio, through=date(2026, 5, 11), by=CLERK)
        portfolio.refresh_from_db()
        loan.portfolio = portfolio
        line = a_line(
            code="thanks",
            trigger="payment",
            first_day=0,
            last_day=0,
            template=message_about("thanks"),
        )
        build_strategy(portfolio, line)
        yield loan


def test_a_payment_is_thanked_for_once(loan):
    pay(loan, Decimal("110.00"))

    follow_payments()
    follow_payments()
    FactCursor.objects.filter(consumer="strategy.thanks").update(last_xid=0, last_id="")
    follow_payments()

    message = Message.objects.get()
    assert (message.purpose, message.step) == ("thanks", "thanks")
    assert message.amount == Decimal("110.00")
    assert message.send_at.isoformat() == "2026-05-12T14:00:00+00:00"
    assert recheck(message).fields == {"paid_amount": "$110.00", "paid_date": "12 May 2026"}


def test_money_that_was_taken_back_is_not_thanked_for(loan):
    pay(loan, Decimal("110.00"))
    follow_payments()

    reverse(fact=Repayment.objects.get(), reason="The bank called it back", by=CLERK)

    still = recheck(Message.objects.get())
    assert (still.is_still_so, still.reason) == (False, "no_longer_true")


def test_money_of_an_old_file_is_not_thanked_for(loan):
    record_repayment(
        loan=loan,
        amount=Decimal("110.00"),
        value_on=clock.now().date() - timedelta(days=9),
        external_ref="OLD-1",
        by=CLERK,
    )

    follow_payments()

    assert not Message.objects.exists()

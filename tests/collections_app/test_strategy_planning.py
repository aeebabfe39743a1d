"""Whom a strategy writes to: promises, payments, segments, several loans, days between."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection

from collections_app.close.services import catch_up
from collections_app.promises.models import Promise, PromiseState
from collections_app.promises.services import cancel_promise, record_promise
from collections_app.strategy.models import StrategyLine
from collections_app.strategy.planning import _rows, _values, expect_day, plan_day, version_in_force
from collections_app.strategy.planning_sql import PREVIEW
from core import clock
from loans.borrowers.models import Party
from loans.delinquency.models import Position
from notifications.outbox.models import Message
from notifications.outbox.owed import recheck
from tests.collections_app.strategies import (
    TODAY,
    a_line,
    build_strategy,
    message_about,
    morning_of_today,
)
from tests.compliance.builders import reachable_loan
from tests.loans.builders import CLERK, build_loan, build_product, even_schedule
from tests.notifications.builders import pay, pay_everything

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def portfolio():
    with morning_of_today() as portfolio:
        yield portfolio


@pytest.fixture
def late(portfolio):
    """A loan late for more than a year, its books closed through yesterday."""
    loan, phone = reachable_loan(portfolio)
    close(portfolio)
    loan.phone = phone
    return loan


def close(portfolio):
    catch_up(portfolio=portfolio, through=date(2026, 5, 11), by=CLERK)
    portfolio.refresh_from_db()


def promise(loan, due_on=TOMORROW, amount="100.00"):
    return record_promise(
        loan=loan,
        party=loan.phone.party,
        amount=Decimal(amount),
        due_on=due_on,
        made_at=datetime(2026, 5, 1, 15, tzinfo=ZoneInfo("UTC")),
        by=CLERK,
    )


def planned(portfolio, on=TODAY):
    return plan_day(portfolio=portfolio, on=on, by=CLERK)


def a_promise_line(**changes):
    values = {"code": "tomorrow", "trigger": "days_to_promise", "first_day": 1, "last_day": 1}
    return a_line(template=message_about("promise_tomorrow"), **{**values, **changes})


def a_broken_line():
    return a_line(
        code="broken",
        trigger="promise_broken",
        first_day=1,
        last_day=3,
        every_days=2,
        template=message_about("promise_broken"),
    )


def test_who_promised_for_tomorrow_is_reminded_of_the_promise_and_of_nothing_else(portfolio, late):
    build_strategy(portfolio, a_line(), a_promise_line())
    made = promise(late)

    assert planned(portfolio) == 1

    message = Message.objects.get()
    assert (message.purpose, message.anchor) == ("promise_tomorrow", f"promise:{made.pk}")
    assert message.amount == Decimal("100.00")
    assert message.due_on == TOMORROW
    still = recheck(message)
    assert still.is_still_so
    assert still.fields["promised_date"] == "13 May 2026"


def test_a_promise_that_was_paid_is_not_spoken_of(portfolio, late):
    build_strategy(portfolio, a_promise_line())
    promise(late)
    planned(portfolio)

    pay_everything(late)

    assert recheck(Message.objects.get()).reason == "paid"


def test_cancelling_a_promise_cancels_its_messages_with_it_or_not_at_all(
    portfolio, late, monkeypatch
):
    build_strategy(portfolio, a_promise_line())
    made = promise(late)
    planned(portfolio)
    with monkeypatch.context() as broken:
        broken.setattr("collections_app.promises.services.record", None)
        with pytest.raises(TypeError):
            cancel_promise(promise=made, reason="Lost the job", by=CLERK)
    assert Message.objects.get().state == "waiting"
    assert Promise.objects.get().state == PromiseState.OPEN

    cancel_promise(promise=made, reason="Lost the job", by=CLERK)

    message = Message.objects.get()
    assert (message.state, message.reason) == ("cancelled", "withdrawn")
    assert message.reason_values == {"said": "Lost the job"}
    assert planned(portfolio) == 0


def test_a_broken_promise_is_spoken_of_on_its_days(portfolio, late):
    build_strategy(portfolio, a_broken_line())
    broken = promise(late, due_on=date(2026, 5, 10))  # with its grace, to the 11th
    Promise.objects.filter(pk=broken.pk).update(state=PromiseState.BROKEN)

    assert planned(portfolio) == 1
    assert Message.objects.get().anchor == f"promise:{broken.pk}"
    assert recheck(Message.objects.get()).is_still_so
    expected = [
        sum(row.count for row in expect_day(portfolio=portfolio, on=TODAY + timedelta(days=n)))
        for n in range(1, 4)
    ]
    assert expected == [0, 1, 0]


def test_one_person_with_two_loans_gets_one_message_over_both(portfolio):
    loan, phone = reachable_loan(portfolio)
    second = build_loan(
        portfolio, party=phone.party, schedule=even_schedule(first_due_on=date(2026, 4, 15))
    )
    close(portfolio)
    build_strategy(portfolio)

    assert planned(portfolio) == 1

    message = Message.objects.get()
    owed = Position.objects.filter(loan__in=[loan, second])
    assert {row.loan_id for row in message.about.all()} == {loan.pk, second.pk}
    assert message.amount == sum(position.overdue_amount for position in owed)


@pytest.mark.parametrize(
    ("fits", "misses"),
    [
        ({"buckets": ("B5",)}, {"buckets": ("B1", "B2")}),
        ({"languages": ("en",)}, {"languages": ("zh-hans",)}),
        ({"least_amount": Decimal("100")}, {"least_amount": Decimal("1000000")}),
        ({"first_day": 1, "last_day": 900}, {"first_day": 1, "last_day": 30}),
        ({"first_day": 2, "every_days": 480}, {"first_day": 3, "every_days": 480}),
    ],
)
def test_a_line_speaks_to_its_segment_only(portfolio, late, fits, misses):
    position = Position.objects.get(loan=late)
    days = (TODAY - position.oldest_unsatisfied_due_on).days
    assert days == 482
    if "buckets" in fits:
        fits = {"buckets": (position.bucket,)}
        others = portfolio.bucket_scheme.ranges.exclude(code=position.bucket)
        misses = {"buckets": tuple(others.values_list("code", flat=True))}
    build_strategy(portfolio, a_line(code="others", **misses))
    assert expect_day(portfolio=portfolio, on=TODAY) == []

    build_strategy(portfolio, a_line(code="mine", **fits))

    assert [row.count for row in expect_day(portfolio=portfolio, on=TODAY)] == [1]


def test_a_line_speaks_of_its_products_only(portfolio, late):
    other = build_product(portfolio)
    build_strategy(portfolio, a_line(products=[other]))
    assert expect_day(portfolio=portfolio, on=TODAY) == []

    build_strategy(portfolio, a_line(products=[other, late.product]))

    assert [row.count for row in expect_day(portfolio=portfolio, on=TODAY)] == [1]


def test_who_promised_is_left_in_peace_unless_the_line_says_otherwise(portfolio, late):
    promise(late, due_on=TODAY + timedelta(days=4))
    build_strategy(portfolio, a_line())
    assert expect_day(portfolio=portfolio, on=TODAY) == []

    build_strategy(portfolio, a_line(without_open_promise=False))

    assert [row.count for row in expect_day(portfolio=portfolio, on=TODAY)] == [1]


def test_the_first_line_that_fits_counts(portfolio, late):
    build_strategy(portfolio, a_line(code="first"), a_line(code="second"))

    planned(portfolio)

    assert Message.objects.get().step == "first@482"


def test_days_between_are_kept_and_a_new_version_says_nothing_again(portfolio, late):
    build_strategy(portfolio, a_line(), days_between=3)
    assert planned(portfolio) == 1

    build_strategy(portfolio, a_line(), a_line(code="new"), days_between=3)

    assert [planned(portfolio, TODAY + timedelta(days=n)) for n in range(4)] == [0, 0, 0, 1]
    assert Message.objects.count() == 2


def test_the_lines_of_a_version_in_force_cannot_change(portfolio, late):
    version = build_strategy(portfolio)
    line = version.lines.get()

    with pytest.raises(Exception, match="cannot change any more"):
        StrategyLine.objects.filter(pk=line.pk).update(send_at=time(3, 0))


def test_a_loan_due_soon_is_reminded_before_it_is_late(portfolio):
    _loan, phone = reachable_loan(portfolio)
    Party.objects.filter(pk=phone.party_id).update(language="")
    soon = build_loan(
        portfolio, party=phone.party, schedule=even_schedule(first_due_on=date(2026, 5, 15))
    )
    close(portfolio)
    line = a_line(
        code="due-3",
        trigger="days_to_due",
        first_day=3,
        last_day=3,
        template=message_about("before_due"),
    )
    build_strategy(portfolio, line)

    assert planned(portfolio) == 1

    message = Message.objects.get()
    assert [row.loan_id for row in message.about.all()] == [soon.pk]
    assert (message.amount, message.due_on) == (Decimal("110.00"), date(2026, 5, 15))
    assert message.language == "en"
    pay(soon, Decimal("110.00"))
    assert not recheck(message).is_still_so


def test_what_is_past_its_hour_is_not_planned(portfolio, late):
    build_strategy(portfolio, a_line(send_at=time(0, 30), useful_hours=1))

    with time_machine.travel(clock.now() + timedelta(hours=2), tick=True):
        assert planned(portfolio) == 0


def test_nobody_is_compared_with_everybody(portfolio):
    """The plan of the statement has no nested loop between what could each be the whole book."""
    build_strategy(portfolio)
    values = _values(portfolio, TODAY, version_in_force(portfolio, TODAY))
    explained = f"EXPLAIN (FORMAT JSON) {PREVIEW}"
    with connection.cursor() as cursor:  # as PostgreSQL would have it by itself
        cursor.execute(explained, values)
        assert loops_over_everybody(cursor.fetchone()[0][0]["Plan"])

    assert not loops_over_everybody(_rows(explained, values)[0][0][0]["Plan"])


def loops_over_everybody(node):
    """The nested loops that read one part of the statement anew for each row of another."""
    sides = node.get("Plans", [])
    found = [loop for side in sides for loop in loops_over_everybody(side)]
    if node["Node Type"] == "Nested Loop" and all(reads_a_part(side) for side in sides):
        found.append(node)
    return found


def reads_a_part(node):
    return node["Node Type"] == "CTE Scan" or any(map(reads_a_part, node.get("Plans", [])))


def test_the_close_that_breaks_a_promise_owes_the_message_of_the_next_morning(portfolio, late):
    """Made for the 11th; the day of grace is the 12th, there being no calendar."""
    build_strategy(portfolio, a_broken_line())
    made = promise(late, due_on=TODAY - timedelta(days=1))

    catch_up(portfolio=portfolio, through=TODAY, by=CLERK)

    made.refresh_from_db()
    assert (made.state, made.deadline_on) == (PromiseState.BROKEN, TODAY)
    message = Message.objects.get()
    assert (message.purpose, message.anchor) == ("promise_broken", f"promise:{made.pk}")
    assert recheck(message).is_still_so


def test_who_promised_is_left_in_peace_through_the_grace_and_while_money_is_on_its_way(
    portfolio, late
):
    build_strategy(portfolio, a_line())
    made = promise(late, due_on=TODAY - timedelta(days=1))
    assert made.deadline_on == TODAY
    assert planned(portfolio) == 0

    Promise.objects.update(deadline_on=TODAY - timedelta(days=1), is_awaiting=True)
    assert planned(portfolio) == 0

    Promise.objects.update(is_awaiting=False)
    assert planned(portfolio) == 1


def test_money_on_its_way_needs_no_reminder_of_the_promise(portfolio, late):
    build_strategy(portfolio, a_promise_line())
    promise(late)
    Promise.objects.update(is_awaiting=True)
    assert planned(portfolio) == 0

    Promise.objects.update(is_awaiting=False)
    assert planned(portfolio) == 1
    Promise.objects.update(is_awaiting=True)
    assert recheck(Message.objects.get()).reason == "paid"

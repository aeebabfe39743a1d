"""Judging promises from money, without a database: cases worked by hand, then any history."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collections_app.promises.flow import (
    Promised,
    Received,
    deadline_of,
    enough_for,
    judge,
    stays_in_rate,
)
from core.calendars import WorkingDays
from tests.collections_app.promise_recount import Coin, Told, recount

D = Decimal
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def day(number: int) -> date:
    """A day of November 2026; the promise of the table is made on the 2nd."""
    return date(2026, 11, number)


def promised(key="p", amount="100.00", due=10, last=11, made_at=NOON, judged=None):
    return Promised(
        key=key,
        amount=D(amount),
        enough_amount=enough_for(D(amount), D("0.05")),
        made_at=made_at,
        made_on=made_at.date(),
        due_on=day(due),
        deadline_on=day(last),
        judged_on=judged,
    )


def came(amount, on, *, key=1, settled=True, known=None):
    known_at = known or datetime(2026, 11, on, 18, tzinfo=UTC)
    return Received(
        key=key, amount=D(amount), value_on=day(on), known_at=known_at, is_settled=settled
    )


#: promised 100.00 on the 2nd by the 10th, money counts through the 11th, 5% may be missing
#: money, books closed through -> state, received, pending, awaiting settlement
TABLE = {
    "nothing, not due": ([], 9, ("open", "0.00", "0.00", False)),
    "nothing, in grace": ([], 10, ("open", "0.00", "0.00", False)),
    "nothing, over": ([], 11, ("broken", "0.00", "0.00", False)),
    "all on the day": ([came("100.00", 10)], 9, ("kept", "100.00", "0.00", False)),
    "all in grace": ([came("100.00", 11)], 11, ("kept", "100.00", "0.00", False)),
    "all a day late": ([came("100.00", 12)], 12, ("broken", "0.00", "0.00", False)),
    "tolerated": ([came("95.00", 10)], 11, ("kept", "95.00", "0.00", False)),
    "a cent too little": ([came("94.99", 10)], 11, ("partial", "94.99", "0.00", False)),
    "part, not over": ([came("40.00", 5)], 10, ("open", "40.00", "0.00", False)),
    "two parts": (
        [came("40.00", 5), came("60.00", 9, key=2)],
        9,
        ("kept", "100.00", "0.00", False),
    ),
    "more than promised": ([came("250.00", 5)], 5, ("kept", "100.00", "0.00", False)),
    "before it was made": ([came("100.00", 1)], 11, ("broken", "0.00", "0.00", False)),
    "same day, booked before": (
        [came("100.00", 2, known=NOON - timedelta(hours=1))],
        11,
        ("broken", "0.00", "0.00", False),
    ),
    "same day, booked after": (
        [came("100.00", 2, known=NOON + timedelta(hours=1))],
        2,
        ("kept", "100.00", "0.00", False),
    ),
    "pending covers, over": (
        [came("100.00", 10, settled=False)],
        15,
        ("open", "0.00", "100.00", True),
    ),
    "pending and settled cover": (
        [came("50.00", 9), came("45.00", 10, key=2, settled=False)],
        15,
        ("open", "50.00", "45.00", True),
    ),
    "pending is too little": (
        [came("50.00", 10, settled=False)],
        11,
        ("broken", "0.00", "50.00", False),
    ),
    "pending beside part": (
        [came("20.00", 9), came("30.00", 10, key=2, settled=False)],
        11,
        ("partial", "20.00", "30.00", False),
    ),
}


@pytest.mark.parametrize("name", TABLE)
def test_the_worked_table(name):
    money, through, expected = TABLE[name]

    found = judge([promised()], money, over_through=day(through))["p"]

    state, received, pending, awaiting = expected
    assert (found.state, found.received_amount, found.pending_amount, found.is_awaiting) == (
        state,
        D(received),
        D(pending),
        awaiting,
    )


def test_one_receipt_settles_the_oldest_promise_first_and_once():
    promises = [promised("late", due=14, last=15), promised("early", due=10)]

    found = judge(promises, [came("150.00", 9)], over_through=day(20))

    assert (found["early"].state, found["early"].received_amount) == ("kept", D("100.00"))
    assert (found["late"].state, found["late"].received_amount) == ("partial", D("50.00"))


def test_money_after_the_first_ones_day_is_the_second_ones():
    promises = [promised("early", due=10), promised("late", due=14, last=15)]

    found = judge(promises, [came("100.00", 13)], over_through=day(20))

    assert (found["early"].state, found["late"].state) == ("broken", "kept")


def test_a_judgement_that_saw_the_end_is_not_undone_by_an_earlier_day():
    """Between the step that judges and the new business date, money of another loan's day lands."""
    judged = promised(judged=day(11))

    assert judge([judged], [], over_through=day(10))["p"].state == "broken"
    assert judge([promised()], [], over_through=day(10))["p"].state == "open"


@pytest.mark.parametrize(
    ("amount", "tolerance", "least"),
    [("100.00", "0.05", "95.00"), ("33.33", "0.05", "31.67"), ("0.01", "0.05", "0.01"),
     ("80.00", "0", "80.00")],
)  # fmt: skip
def test_the_least_that_keeps_a_promise_is_rounded_up(amount, tolerance, least):
    assert enough_for(D(amount), D(tolerance)) == D(least)


def test_the_last_day_is_a_banking_day():
    thanksgiving = WorkingDays(holidays=frozenset({date(2026, 11, 26)}))

    assert deadline_of(date(2026, 11, 20), 1, thanksgiving) == date(2026, 11, 23)  # Friday
    assert deadline_of(date(2026, 11, 25), 1, thanksgiving) == date(2026, 11, 27)
    assert deadline_of(date(2026, 11, 24), 1, thanksgiving) == date(2026, 11, 25)
    assert deadline_of(date(2026, 11, 20), 1, None) == date(2026, 11, 21)


@pytest.mark.parametrize(("withdrawn", "stays"), [(7, False), (8, True), (10, True), (12, True)])
def test_who_takes_it_back_near_its_day_leaves_it_in_the_rate(withdrawn, stays):
    assert stays_in_rate(day(10), day(withdrawn)) is stays


CENTS = st.integers(1, 20_000)
MOMENTS = st.integers(0, 20 * 24).map(lambda hours: NOON + timedelta(hours=hours))


@st.composite
def histories(draw):
    """Up to four promises and eight receipts over three weeks, and how far the books are."""
    told, made = [], []
    for number in range(draw(st.integers(1, 4))):
        made_at, amount = draw(MOMENTS), draw(CENTS)
        tolerance = draw(st.sampled_from(["0", "0.05", "0.333333"]))
        due_on = made_at.date() + timedelta(days=draw(st.integers(0, 12)))
        last = due_on + timedelta(days=draw(st.integers(0, 4)))
        told.append(
            Told(
                number,
                amount,
                amount * (1 - Fraction(tolerance)),
                made_at,
                made_at.date(),
                due_on,
                last,
            )
        )
        money = D(amount) / 100
        made.append(
            Promised(
                key=number,
                amount=money,
                enough_amount=enough_for(money, D(tolerance)),
                made_at=made_at,
                made_on=made_at.date(),
                due_on=due_on,
                deadline_on=last,
            )
        )
    coins = [
        Coin(number, draw(CENTS), at.date(), at + timedelta(hours=draw(st.integers(-9, 30))),
             draw(st.booleans()))
        for number, at in enumerate(draw(st.lists(MOMENTS, max_size=8)))
    ]  # fmt: skip
    over = NOON.date() + timedelta(days=draw(st.integers(-2, 40)))
    return made, told, coins, over


@given(histories())
def test_any_history_is_judged_as_the_recount_judges_it(history):
    made, told, coins, over = history
    money = [
        Received(
            key=coin.number,
            amount=D(coin.cents) / 100,
            value_on=coin.day,
            known_at=coin.known_at,
            is_settled=coin.has_settled,
        )
        for coin in coins
    ]

    found = judge(made, money, over_through=over)

    assert {
        key: (
            str(one.state),
            int(one.received_amount * 100),
            int(one.pending_amount * 100),
            one.is_awaiting,
        )
        for key, one in found.items()
    } == {
        key: (one.state, one.settled, one.pending, one.awaits)
        for key, one in recount(told, coins, over).items()
    }


@given(histories())
def test_no_money_is_counted_twice(history):
    made, _told, coins, over = history
    money = [
        Received(key=c.number, amount=D(c.cents) / 100, value_on=c.day, known_at=c.known_at)
        for c in coins
    ]

    found = judge(made, money, over_through=over)

    assert sum(one.received_amount for one in found.values()) <= sum(m.amount for m in money)

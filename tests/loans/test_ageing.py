"""Ageing by SQL says what the pure summary says, on any day, and only touches what changes."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loans.contracts.models import Loan
from loans.contracts.terms import ScheduledInstalment
from loans.delinquency.ageing import AgeingCounts, SharedByShards, age_loans, age_portfolio
from loans.delinquency.due_loans import DueLoans
from loans.delinquency.loading import load_facts
from loans.delinquency.models import BucketStay, Position, PositionChange
from loans.delinquency.projection import POSITION_COLUMNS, project
from loans.delinquency.services import pause_ageing, resume_ageing
from loans.delinquency.verification import verify_portfolio
from loans.portfolios.services import set_business_date
from loans.repayments.services import charge, record_repayment
from tests.loans.builders import (
    BOOKS_ON,
    CLERK,
    build_loan,
    build_portfolio,
    build_product,
    even_schedule,
    position_of,
)

pytestmark = pytest.mark.django_db
D = Decimal
DAY = timedelta(days=1)
COLUMNS = [name for name, _type in POSITION_COLUMNS if name not in ("aged_on", "facts_ahead")]

PORTFOLIOS = st.fixed_dictionaries(
    {
        "due_day_counts": st.booleans(),
        "grace_days": st.integers(0, 12),
        "bucket_basis": st.sampled_from(["days_past_due", "delinquent_days"]),
        "tolerance_amount": st.sampled_from([D("0.00"), D("1.00")]),
    }
)
PRODUCTS = st.fixed_dictionaries(
    {
        "pause_counting": st.sampled_from(["after_due", "all"]),
        "grace_reduces_delinquent_days": st.booleans(),
    }
)
PAUSES = st.lists(st.tuples(st.integers(0, 200), st.integers(1, 60), st.booleans()), max_size=2)
MONEY = st.lists(st.tuples(st.integers(0, 150), st.integers(1, 40_000)), max_size=4)


def computed(loan: Loan, on: date) -> dict[str, object]:
    wanted = project(load_facts([loan.pk])[loan.pk], as_of=on).position
    return {name: wanted[name] for name in COLUMNS}


def stored(loan: Loan) -> dict[str, object]:
    return Position.objects.values(*COLUMNS).get(pk=loan.pk)


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    portfolio_settings=PORTFOLIOS,
    conventions=PRODUCTS,
    pauses=PAUSES,
    money=MONEY,
    steps=st.lists(st.integers(1, 60), min_size=1, max_size=4),
)
def test_sql_agrees_with_the_pure_summary(
    db, portfolio_settings, conventions, pauses, money, steps
):
    books_on = date(2025, 3, 1)
    portfolio = build_portfolio(business_date=books_on, **portfolio_settings)
    product = build_product(portfolio, conventions)
    loan = build_loan(portfolio, product=product, schedule=even_schedule(count=5))
    for number, (start, length, is_resumed) in enumerate(pauses):
        starts_on = date(2025, 1, 1) + timedelta(days=start + number * 300)
        pause = pause_ageing(
            loan=loan,
            value_on=starts_on,
            ends_on=starts_on + timedelta(days=length),
            reason="repair",
            by=CLERK,
        )
        if is_resumed and starts_on + timedelta(days=length // 2) <= books_on:
            resume_ageing(pause=pause, value_on=starts_on + timedelta(days=length // 2), by=CLERK)
    for days, amount in money:
        on = min(date(2025, 1, 1) + timedelta(days=days), books_on)
        record_repayment(loan=loan, amount=D(amount) / 100, value_on=on, by=CLERK)
    charge(loan=loan, kind="fee", amount=D("7.50"), due_on=date(2025, 2, 20), by=CLERK)
    assert stored(loan) == computed(loan, books_on)

    day = books_on
    for step in steps:
        day += timedelta(days=step)
        age_loans(AgeingCounts(), loan_ids=[loan.pk], on=day)
        assert stored(loan) == computed(loan, day)


#: Due days of instalments by number, counted from the first; some fall due on one day.
DUE_DAYS = st.lists(st.integers(0, 20), min_size=2, max_size=6).map(sorted)


@settings(
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(due_days=DUE_DAYS, portfolio_settings=PORTFOLIOS, paid=st.integers(0, 40_000))
def test_instalments_due_on_one_day_are_aged_day_by_day_as_replay_says(
    db, due_days, portfolio_settings, paid
):
    first, before = date(2025, 3, 3), date(2025, 3, 1)
    schedule = tuple(
        ScheduledInstalment(number, before, first + days * DAY, D(number * 10), D("1.50"))
        for number, days in enumerate(due_days, 1)
    )
    portfolio = build_portfolio(business_date=first, **portfolio_settings)
    loan = build_loan(portfolio, schedule=schedule, started_on=before)
    charge(loan=loan, kind="fee", amount=D("7.50"), due_on=first, by=CLERK)
    if paid:
        record_repayment(loan=loan, amount=D(paid) / 100, value_on=first, by=CLERK)

    for _ in range(25):
        age_portfolio(portfolio=portfolio, on=portfolio.business_date)
        assert stored(loan) == computed(loan, portfolio.business_date)
        portfolio = set_business_date(
            portfolio=portfolio, to=portfolio.business_date + DAY, by=CLERK
        )
    assert verify_portfolio(portfolio=portfolio) == []


def test_only_a_loan_with_two_instalments_due_on_one_day_is_replayed():
    portfolio = build_portfolio(business_date=date(2025, 1, 10))
    first, second, third = even_schedule(count=3)
    loan = build_loan(portfolio, schedule=(first, second, third))
    twin = build_loan(portfolio, schedule=(first, replace(second, due_on=first.due_on), third))
    assert position_of(loan).next_due_number == 1
    assert position_of(twin).next_due_number is None

    counts = age_portfolio(portfolio=portfolio, on=date(2025, 1, 16))

    assert (counts.aged, counts.replayed) == (2, 1)
    assert position_of(loan).next_due_number == 2
    assert position_of(twin).next_due_number == 3
    assert position_of(loan).overdue_amount == D("110.00")
    assert position_of(twin).overdue_amount == D("220.00")


def test_next_transition_is_the_first_day_on_which_something_changes():
    portfolio = build_portfolio(business_date=date(2025, 1, 10), grace_days=3)
    loan = build_loan(portfolio)

    day, seen = date(2025, 1, 10), []
    for _ in range(120):
        before = computed(loan, day)
        if computed(loan, day + DAY) != before:
            seen.append(day + DAY)
            assert before["next_transition_on"] == day + DAY
        day += DAY

    assert seen


def test_a_second_run_changes_nothing_and_days_without_news_write_nothing():
    portfolio = build_portfolio(business_date=date(2025, 1, 10))
    loan = build_loan(portfolio)
    assert position_of(loan).next_transition_on == date(2025, 1, 16)

    quiet = age_portfolio(portfolio=portfolio, on=date(2025, 1, 15))
    first = age_portfolio(portfolio=portfolio, on=date(2025, 1, 16))
    again = age_portfolio(portfolio=portfolio, on=date(2025, 1, 16))

    assert (quiet.aged, first.changed, first.bucket_moves, again.aged) == (0, 1, 1, 0)
    change = PositionChange.objects.get(loan=loan)
    assert (change.cause, change.on, change.overdue_after) == (
        "close",
        date(2025, 1, 16),
        D("110.00"),
    )


def test_bucket_history_is_the_same_whether_aged_day_by_day_or_replayed():
    portfolio = build_portfolio(business_date=date(2025, 1, 10))
    loan = build_loan(portfolio)
    day = date(2025, 1, 10)
    for _ in range(100):
        age_portfolio(portfolio=portfolio, on=day)
        day += DAY
        portfolio = set_business_date(portfolio=portfolio, to=day, by=CLERK)
    age_portfolio(portfolio=portfolio, on=day)

    assert [(s.bucket, s.entered_on, s.left_on) for s in loan.bucket_stays.all()] == [
        ("current", date(2024, 12, 15), date(2025, 1, 16)),
        ("1-29", date(2025, 1, 16), date(2025, 2, 14)),
        ("30-59", date(2025, 2, 14), date(2025, 3, 16)),
        ("60-89", date(2025, 3, 16), date(2025, 4, 15)),
        ("90-119", date(2025, 4, 15), None),
    ]
    assert not loan.bucket_stays.filter(superseded_at__isnull=False).exists()
    assert verify_portfolio(portfolio=portfolio) == []


def test_a_backdated_repayment_supersedes_the_history_it_proves_wrong():
    portfolio = build_portfolio(business_date=date(2025, 3, 10))
    loan = build_loan(portfolio)
    assert position_of(loan).bucket == "30-59"

    record_repayment(loan=loan, amount=D("110.00"), value_on=date(2025, 1, 14), by=CLERK)

    stays = BucketStay.objects.filter(loan=loan, superseded_at__isnull=True)
    assert [(stay.bucket, stay.entered_on) for stay in stays] == [
        ("current", date(2024, 12, 15)),
        ("1-29", date(2025, 2, 16)),
    ]
    assert BucketStay.objects.filter(loan=loan, superseded_at__isnull=False).count() == 3


def test_shards_take_every_loan_once():
    portfolio = build_portfolio(business_date=date(2025, 1, 10))
    loans = [build_loan(portfolio) for _ in range(9)]

    counts = [
        age_portfolio(portfolio=portfolio, on=date(2025, 1, 16), shard=(index, 3))
        for index in range(3)
    ]

    assert sum(count.aged for count in counts) == len(loans)
    assert all(position_of(loan).bucket == "1-29" for loan in loans)


def test_a_loan_marked_for_replay_after_the_due_ones_were_read_keeps_its_mark():
    """New conventions mark a large portfolio while its close is at work on another shard."""
    portfolio = build_portfolio(business_date=date(2025, 1, 16))
    loan, marked, failed = (build_loan(portfolio) for _number in range(3))
    on = date(2025, 2, 16)
    Position.objects.update(next_transition_on=on)
    shared = SharedByShards(portfolio=portfolio, on=on)
    assert shared.due.count() == 3
    Position.objects.filter(pk=marked.pk).update(next_transition_on=date(1, 1, 1))
    Position.objects.filter(pk=failed.pk).update(is_set_aside=True)

    counts = age_portfolio(portfolio=portfolio, on=on, shared=shared)

    assert (counts.replayed, counts.changed) == (0, 1)
    assert position_of(loan).aged_on == on
    assert position_of(marked).next_transition_on == date(1, 1, 1)
    assert position_of(failed).aged_on == date(2025, 1, 16)
    assert age_portfolio(portfolio=portfolio, on=on).replayed == 2
    assert stored(marked) == computed(marked, on)


def test_chunks_hold_every_due_loan_once():
    portfolio = build_portfolio(business_date=date(2025, 1, 10))
    loans = {build_loan(portfolio).pk for _number in range(9)}
    due = DueLoans(portfolio=portfolio, on=date(2025, 1, 16))

    chunks = [chunk for index in range(2) for chunk in due.to_age((index, 2), at_once=2)]

    ids = [UUID(one) for text, _loans in chunks for one in text.strip("{}").split(",")]
    assert set(ids) == loans
    assert len(ids) == sum(number for _text, number in chunks) == 9
    assert due.to_replay() == []


def test_money_dated_ahead_of_the_books_counts_at_once():
    portfolio = build_portfolio(business_date=BOOKS_ON)
    loan = build_loan(portfolio)

    record_repayment(loan=loan, amount=D("660.00"), value_on=BOOKS_ON + DAY, by=CLERK)

    assert position_of(loan).overdue_amount == D("0.00")
    for ahead in range(1, 4):
        portfolio = set_business_date(portfolio=portfolio, to=BOOKS_ON + ahead * DAY, by=CLERK)
        age_portfolio(portfolio=portfolio, on=portfolio.business_date)
        assert verify_portfolio(portfolio=portfolio) == []


def test_query_count_of_ageing_does_not_grow(django_assert_max_num_queries):
    portfolio = build_portfolio(business_date=date(2025, 1, 10))
    for _ in range(12):
        build_loan(portfolio)

    # 2 selections, products, conventions (2), lock, setting, ageing with bucket history
    with django_assert_max_num_queries(8):
        age_portfolio(portfolio=portfolio, on=date(2025, 1, 16))


def test_every_bucket_of_a_scheme_is_reached_in_order():
    portfolio = build_portfolio(business_date=date(2025, 1, 10), country="CN")
    loan = build_loan(portfolio)

    buckets = [
        computed(loan, date(2025, 1, 15) + timedelta(days=days))["bucket"]
        for days in (0, 1, 30, 31, 60, 61, 181)
    ]

    assert [key for key, _group in itertools.groupby(buckets)] == ["M0", "M1", "M2", "M3", "M7"]

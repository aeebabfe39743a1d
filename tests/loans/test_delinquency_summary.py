"""Days past due, pauses, tolerance, buckets and the next day anything changes, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.delinquency.conventions import BucketDays, Conventions, LateChargeKind, LateChargePolicy
from loans.delinquency.late_charges import assess_late_charges
from loans.delinquency.paths import bucket_path
from loans.delinquency.pauses import overlapping
from loans.delinquency.replay import replay
from loans.delinquency.results import PausePeriod
from loans.delinquency.summary import summarise
from tests.loans.delinquency_facts import (
    BUCKETS,
    PLAIN,
    amounts,
    day,
    money,
    paid,
    pause,
    position,
    resume,
    reversal,
    rows,
    schedule,
)


@pytest.mark.parametrize(
    ("as_of", "plain", "due_day_is_day_1"),
    [(day(2, 9), 0, 0), (day(2, 10), 0, 1), (day(2, 11), 1, 2), (day(3, 13), 31, 32)],
)
def test_days_past_due_by_either_convention(as_of, plain, due_day_is_day_1):
    counting = replace(PLAIN, due_day_counts=True)

    assert position([schedule()], as_of).days_past_due == plain
    assert position([schedule()], as_of, counting).days_past_due == due_day_is_day_1


def test_part_of_an_instalment_does_not_reset_the_days():
    summary = position([schedule(), paid(day(2, 15), 299)], day(3, 1))

    assert (summary.days_past_due, summary.overdue) == (19, amounts(principal=1))


def test_the_oldest_unpaid_instalment_counts_not_the_newest():
    summary = position([schedule(), paid(day(3, 20), 300)], day(4, 15))

    assert summary.oldest_unsatisfied_due_on == day(3, 10)
    assert (summary.days_past_due, summary.overdue.total) == (36, 600)
    assert (summary.next_due_on, summary.next_due_amount) == (day(5, 10), 300)


@pytest.mark.parametrize(
    "conventions",
    [
        replace(PLAIN, tolerance_amount=money(3)),
        replace(PLAIN, tolerance_fraction=money("0.01")),
    ],
)
def test_a_rest_within_tolerance_satisfies_an_instalment(conventions):
    assert position([schedule(), paid(day(2, 9), 297)], day(3, 1), conventions).days_past_due == 0
    assert position([schedule(), paid(day(2, 9), 296)], day(3, 1), conventions).days_past_due == 19


def test_paused_days_are_taken_off_from_the_day_after_the_due_date():
    facts = [schedule(), pause(day(2, 5), day(2, 20))]

    running = position(facts, day(2, 15))
    assert (running.days_past_due, running.paused_days, running.delinquent_days) == (5, 5, 0)
    assert (running.ended_paused_days, running.paused_from) == (0, day(2, 10))
    ended = position(facts, day(2, 25))
    assert (ended.days_past_due, ended.paused_days, ended.delinquent_days) == (15, 10, 5)
    assert (ended.ended_paused_days, ended.paused_from) == (10, None)


def test_a_resume_ends_a_pause_early():
    paused = pause(day(2, 10), day(4, 10))
    facts = [schedule(), paused, resume(day(2, 20), paused)]

    assert position(facts, day(3, 1)).delinquent_days == 9
    assert position([*facts[:2], resume(day(2, 20))], day(3, 1)).delinquent_days == 9


def test_overlapping_pauses_count_once():
    facts = [schedule(), pause(day(2, 10), day(2, 20)), pause(day(2, 15), day(2, 25))]

    assert position(facts, day(3, 1)).paused_days == 15


def test_pauses_that_share_a_day_overlap_and_touching_ones_do_not():
    running = (PausePeriod(starts_on=day(2, 1), ends_on=day(2, 10)),)

    touching = PausePeriod(starts_on=day(2, 10), ends_on=day(2, 12))
    assert overlapping(running, touching) is None
    assert overlapping(running, PausePeriod(starts_on=day(2, 9), ends_on=day(2, 12)))


def test_buckets_by_raw_or_by_delinquent_days():
    facts = [schedule(), pause(day(2, 20), day(3, 10))]

    assert position(facts, day(3, 20)).bucket_code == "M2"
    adjusted = replace(PLAIN, bucket_days=BucketDays.DELINQUENT_DAYS)
    assert position(facts, day(3, 20), adjusted).bucket_code == "M1"


@pytest.mark.parametrize(
    ("facts", "as_of", "next_on"),
    [
        ([schedule()], day(1, 20), day(2, 11)),  # the first instalment becomes late
        ([schedule()], day(2, 11), day(3, 11)),  # the second
        ([schedule(rows(n=1))], day(2, 11), day(3, 13)),  # M2 at 31 days
        ([schedule(rows(n=1))], day(5, 1), None),  # the last bucket
        ([schedule(rows(n=1)), pause(day(2, 15), day(2, 20))], day(2, 12), day(2, 15)),
        ([schedule(rows(n=1)), pause(day(2, 15), day(2, 20))], day(2, 16), day(2, 20)),
        ([schedule(rows(n=1)), paid(day(2, 25), 100)], day(2, 12), day(2, 25)),  # dated ahead
        ([schedule(rows(n=1)), paid(day(2, 10), 300)], day(2, 12), None),
    ],
)
def test_the_next_day_on_which_anything_changes(facts, as_of, next_on):
    assert position(facts, as_of).next_transition_on == next_on


def test_grace_that_runs_out_is_a_transition():
    summary = position([schedule(rows(n=1))], day(2, 11), replace(PLAIN, grace_days=5))

    assert summary.next_transition_on == day(2, 16)


def test_bucket_path_day_by_day():
    facts = [schedule(), paid(day(3, 20), 300), paid(day(3, 25), 300)]
    result = replay(facts=facts, conventions=PLAIN, as_of=day(4, 1))

    path = bucket_path(replay=result, conventions=PLAIN, from_on=day(1, 10), through_on=day(4, 1))

    assert [(s.code, s.entered_on, s.left_on) for s in path] == [
        ("M0", day(1, 10), day(2, 11)),
        ("M1", day(2, 11), day(3, 13)),
        ("M2", day(3, 13), day(3, 20)),
        ("M1", day(3, 20), day(3, 25)),
        ("M0", day(3, 25), None),
    ]


def test_bucket_path_knows_the_days_before_a_reversal():
    money_in = paid(day(2, 9), 300)
    facts = [schedule(rows(n=1)), money_in, reversal(money_in, day(2, 20))]
    result = replay(facts=facts, conventions=PLAIN, as_of=day(3, 1))

    path = bucket_path(replay=result, conventions=PLAIN, from_on=day(2, 1), through_on=day(3, 1))

    assert [(s.code, s.entered_on) for s in path] == [("M0", day(2, 1)), ("M1", day(2, 20))]


DAYS = st.integers(0, 420).map(lambda n: date(2026, 1, 10) + timedelta(days=n))
PAYMENTS = st.lists(st.tuples(DAYS, st.integers(1, 900)), max_size=8)
PAUSES = st.lists(st.tuples(DAYS, st.integers(1, 60)), max_size=2)


@given(PAYMENTS, PAUSES, st.sampled_from(list(BucketDays)), st.booleans())
def test_the_bucket_path_is_the_bucket_of_every_day(payments, pauses, by, due_day_counts):
    conventions = Conventions(buckets=BUCKETS, bucket_days=by, due_day_counts=due_day_counts)
    facts = [schedule(), *(paid(on, amount) for on, amount in payments)]
    facts += [pause(on, on + timedelta(days=n)) for on, n in pauses]
    first, last = date(2026, 1, 10), date(2027, 3, 10)
    result = replay(facts=facts, conventions=conventions, as_of=last)

    path = bucket_path(replay=result, conventions=conventions, from_on=first, through_on=last)

    for on in (first + timedelta(days=n) for n in range(0, (last - first).days + 1, 13)):
        stay = [s for s in path if s.entered_on <= on and (s.left_on is None or on < s.left_on)]
        assert [s.code for s in stay] == [position(facts, on, conventions).bucket_code]


@given(PAYMENTS, PAUSES, DAYS, st.booleans())
def test_nothing_stored_changes_before_the_next_transition(payments, pauses, as_of, due_day_counts):
    conventions = Conventions(
        buckets=BUCKETS, bucket_days=BucketDays.DELINQUENT_DAYS, due_day_counts=due_day_counts
    )
    facts = [schedule(), *(paid(on, amount) for on, amount in payments)]
    facts += [pause(on, on + timedelta(days=n)) for on, n in pauses]
    now = position(facts, as_of, conventions)
    until = now.next_transition_on or as_of + timedelta(days=100)

    for on in {as_of + (until - as_of) // 2, until - timedelta(days=1)}:
        later = position(facts, on, conventions)
        derived = ("as_of", "days_past_due", "delinquent_days", "paused_days")
        same = {name: getattr(now, name) for name in derived}
        assert replace(later, **same) == now


def test_late_charges_of_each_policy():
    result = replay(facts=[schedule()], conventions=PLAIN, as_of=day(3, 12))

    def assess(**policy):
        charges = assess_late_charges(
            replay=result, policy=LateChargePolicy(**policy), on=day(3, 12)
        )
        return {c.instalment: c.amount for c in charges}

    assert assess() == {}
    assert assess(kind=LateChargeKind.FIXED_FEE, fixed_amount=money(25), grace_days=10) == {
        1: money(25)
    }
    # 30 days x 3,000 x 0.1 % on the oldest; each: days x (250 + 50) x 0.05 %
    assert assess(
        kind=LateChargeKind.DAILY_RATES,
        outstanding_principal_rate=money("0.001"),
        overdue_principal_rate=money("0.0005"),
        overdue_interest_rate=money("0.0005"),
    ) == {1: money("94.50"), 2: money("0.30")}


def test_penalty_interest_of_a_published_example():
    # frappe/lending asserts 3,157.35 for 47,523 over 97 days at 25 %, both ends included.
    result = replay(facts=[schedule(rows(n=1, principal=47523, interest=0))], conventions=PLAIN)
    policy = LateChargePolicy(
        kind=LateChargeKind.ANNUAL_PENALTY, annual_rate=money("0.25"), due_day_included=True
    )

    charges = assess_late_charges(replay=result, policy=policy, on=day(2, 10) + timedelta(days=96))

    assert [c.amount for c in charges] == [money("3157.35")]


def test_summary_of_a_loan_that_is_current():
    result = replay(facts=[schedule(), paid(day(2, 10), 300)], conventions=PLAIN)

    summary = summarise(replay=result, as_of=day(2, 20), conventions=PLAIN)

    assert (summary.days_past_due, summary.bucket_code, summary.overdue) == (0, "M0", amounts())
    assert (summary.last_repayment_on, summary.last_repayment_amount) == (day(2, 10), 300)
    assert summary.total_outstanding == 3300

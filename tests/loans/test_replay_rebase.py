"""A ledger states where a loan stands, and what came before no longer matters."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from loans.delinquency.conventions import PositionPolicy
from loans.delinquency.facts import RepaymentState, ScheduleOrigin
from loans.delinquency.replay import replay
from loans.delinquency.results import InstalmentKind, LoanStatus
from tests.loans.delinquency_facts import (
    PLAIN,
    amounts,
    became,
    charge,
    day,
    money,
    opening,
    paid,
    position,
    reversal,
    rows,
    schedule,
    stated,
)

LATE = {"oldest_unpaid_due_on": day(3, 10), "arrears_total": money(450)}


def run(*facts, conventions=PLAIN, **kwargs):
    return replay(facts=facts, conventions=conventions, **kwargs)


def test_an_opening_position_stands_for_the_history_before_it():
    summary = position([schedule(), opening(day(4, 20), **LATE)], day(4, 20))

    assert (summary.days_past_due, summary.overdue.total) == (41, 450)
    assert summary.next_due_on == day(5, 10)


def test_arrears_stand_on_the_newest_instalments_first():
    result = run(schedule(), opening(day(4, 20), **LATE))

    assert [i.open.total for i in result.instalments[:4]] == [0, 150, 300, 300]
    assert result.instalments[0].satisfied_on == day(4, 20)


def test_arrears_by_component_are_believed_with_fees_no_schedule_knows():
    result = run(
        schedule(),
        opening(
            day(4, 20),
            oldest_unpaid_due_on=day(3, 10),
            arrears=amounts(principal=400, interest=50, penalty=35),
        ),
    )

    assert result.instalments[1].open == amounts(principal=150, interest=0, penalty=35)
    assert result.instalments[2].open == amounts(principal=250, interest=50)


def test_money_after_the_position_is_allocated_on_top():
    facts = [schedule(), opening(day(4, 20), **LATE), paid(day(4, 25), 150)]

    summary = position(facts, day(4, 26))

    assert (summary.oldest_unsatisfied_due_on, summary.overdue.total) == (day(4, 10), 300)


def test_money_of_the_position_day_is_in_it():
    facts = [schedule(), opening(day(4, 20), **LATE), paid(day(4, 20), 150)]

    assert position(facts, day(4, 20)).overdue.total == 450


def test_days_past_due_give_the_oldest_due_date():
    facts = [schedule(), stated(day(4, 20), days_past_due=41, arrears_total=money(600))]

    assert position(facts, day(4, 20)).oldest_unsatisfied_due_on == day(3, 10)
    counting = replace(PLAIN, due_day_counts=True)
    assert position(facts, day(4, 20), counting).days_past_due == 41


def test_the_ledger_decides_even_if_the_schedule_has_no_such_due_date():
    result = run(schedule(), stated(day(4, 20), days_past_due=45, arrears_total=money(700)))

    arrears = next(i for i in result.instalments if i.kind is InstalmentKind.ARREARS)
    assert (arrears.due_on, arrears.open.total) == (day(3, 6), 100)


def test_the_oldest_stays_unpaid_even_when_arrears_cover_only_the_newest():
    facts = [
        schedule(),
        stated(day(4, 20), oldest_unpaid_due_on=day(3, 10), arrears_total=money(300)),
    ]

    summary = position(facts, day(4, 20))

    assert (summary.days_past_due, summary.overdue.total) == (41, 300)


def test_without_a_schedule_one_instalment_stands_for_the_arrears():
    facts = [
        opening(
            day(4, 20),
            oldest_unpaid_due_on=day(3, 10),
            arrears_total=money(450),
            principal_outstanding=money(5000),
        )
    ]

    result = run(*facts)
    assert [i.kind for i in result.instalments] == [InstalmentKind.ARREARS]
    assert position(facts, day(4, 20)).outstanding.principal == 5000
    # 450 of arrears, then 50 of principal that no instalment names.
    after = position([*facts, paid(day(4, 25), 500)], day(4, 25))
    assert (after.days_past_due, after.outstanding.principal) == (0, 4500)


def test_a_ledger_that_states_no_amount_opens_the_instalments_as_contracted():
    facts = [schedule(), paid(day(2, 10), 900), stated(day(4, 20), days_past_due=41)]

    assert position(facts, day(4, 20)).overdue.total == 600


def test_principal_paid_ahead_shortens_the_end_of_the_loan():
    result = run(schedule(), stated(day(2, 20), principal_outstanding=money(2500)))

    assert [i.open.principal for i in result.instalments[-2:]] == [250, 0]
    grown = run(schedule(), stated(day(2, 20), principal_outstanding=money(2800)))
    assert grown.instalments[-1].open.principal == 300


def test_a_next_due_date_further_on_says_what_was_paid_ahead():
    summary = position([schedule(), stated(day(2, 20), next_due_on=day(5, 10))], day(3, 20))

    assert (summary.days_past_due, summary.next_due_on) == (0, day(5, 10))


def test_differences_are_listed_before_the_ledger_is_believed():
    ledger = stated(
        day(4, 20),
        days_past_due=41,
        arrears_total=money(600),
        principal_outstanding=money(2750),
        next_due_on=day(5, 10),
    )

    agreed = run(schedule(), paid(day(2, 10), 300), ledger)
    assert agreed.differences == ()
    differ = run(schedule(), ledger)
    assert [(d.figure, d.stated, d.computed) for d in differ.differences] == [
        ("principal_outstanding", "2750.00", "3000.00"),
        ("arrears_total", "600.00", "900.00"),
        ("oldest_unpaid_due_on", "2026-03-10", "2026-02-10"),
    ]


def test_a_ledger_may_only_be_compared():
    comparing = replace(PLAIN, stated_positions=PositionPolicy.COMPARE)

    result = run(schedule(), stated(day(4, 20), days_past_due=41), conventions=comparing)

    assert result.differences
    assert result.instalments[0].satisfied_on is None


def test_money_the_ledger_counted_comes_back_afterwards():
    money_in = paid(day(4, 8), 300)
    facts = [
        schedule(),
        money_in,
        stated(day(4, 20), days_past_due=0, principal_outstanding=money(2250)),
    ]
    assert position(facts, day(4, 21)).days_past_due == 0

    for gone in (
        reversal(money_in, day(4, 25)),
        became(money_in, RepaymentState.RETURNED, day(4, 25)),
    ):
        late = position([*facts, gone], day(4, 25))
        assert (late.oldest_unsatisfied_due_on, late.overdue.total) == (day(4, 10), 300)


def test_a_charge_the_ledger_counted_is_reversed_afterwards():
    fee = charge(day(4, 12), 25)
    ledger = stated(day(4, 20), oldest_unpaid_due_on=day(4, 10), arrears=amounts(250, 50, fee=25))
    facts = [schedule(), fee, ledger]

    assert position(facts, day(4, 21)).overdue.total == 325
    assert position([*facts, reversal(fee, day(4, 22))], day(4, 22)).overdue.total == 300


def test_an_extension_after_a_position_carries_over_what_was_paid():
    moved = tuple(
        type(r)(r.number, r.from_on, r.due_on + timedelta(days=31), r.principal, r.interest)
        for r in rows(start=3)
    )
    facts = [
        schedule(),
        stated(day(4, 20), oldest_unpaid_due_on=day(4, 10), arrears_total=money(120)),
        schedule(moved, version=2, on=day(4, 25), origin=ScheduleOrigin.EXTENSION),
    ]

    assert position(facts, day(4, 24)).days_past_due == 14
    extended = position(facts, day(4, 25))
    assert (extended.days_past_due, extended.next_due_on) == (0, day(5, 11))
    assert extended.next_due_amount == 120


def test_a_later_position_wins_over_an_earlier_one():
    facts = [
        schedule(),
        opening(day(4, 20), **LATE),
        stated(day(5, 20), days_past_due=10, arrears_total=money(300)),
    ]

    assert position(facts, day(5, 19)).days_past_due == 70
    assert position(facts, day(5, 20)).days_past_due == 10


def test_a_loan_the_ledger_says_is_paid_off():
    facts = [schedule(), stated(day(4, 20), principal_outstanding=money(0), days_past_due=0)]

    summary = position(facts, day(4, 20))

    assert summary.outstanding.principal == 0
    assert summary.status in (LoanStatus.ACTIVE, LoanStatus.PAID_OFF)

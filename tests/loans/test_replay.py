"""What is owed after reversals, returns, waivers, write-offs and refunds, worked by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from loans.delinquency.amounts import Component
from loans.delinquency.conventions import Conventions
from loans.delinquency.facts import (
    Chargeback,
    LossKind,
    Refund,
    RepaymentKind,
    RepaymentState,
    ScheduleOrigin,
)
from loans.delinquency.replay import replay
from loans.delinquency.results import LoanStatus
from tests.loans.delinquency_facts import (
    KNOWN,
    PLAIN,
    amounts,
    became,
    charge,
    day,
    money,
    paid,
    position,
    reversal,
    rows,
    schedule,
    waiver,
    written_off,
)


def run(*facts, **kwargs):
    return replay(facts=facts, conventions=PLAIN, **kwargs)


def test_an_instalment_is_satisfied_on_the_value_date_that_completes_it():
    result = run(schedule(), paid(day(2, 1), 100), paid(day(2, 20), 200))

    first = result.instalments[0]
    assert first.satisfied_on == day(2, 20)
    assert (first.paid_in_advance, first.paid_late) == (100, 200)
    assert result.instalments[1].satisfied_on is None


def test_backdated_money_moves_what_came_after_it():
    late = paid(day(3, 20), 300)
    assert run(schedule(), late).instalments[0].satisfied_on == day(3, 20)

    result = run(schedule(), late, paid(day(2, 9), 300))
    assert [i.satisfied_on for i in result.instalments[:2]] == [day(2, 9), day(3, 20)]


def test_reversed_money_was_never_there():
    first, second = paid(day(2, 9), 300), paid(day(3, 9), 300)

    result = run(schedule(), first, second, reversal(first, day(3, 12)))

    assert [i.satisfied_on for i in result.instalments[:2]] == [day(3, 9), None]
    assert [r.fact_id for r in result.repayments] == [second.id]


def test_a_reversal_that_is_reversed_does_nothing():
    money_in = paid(day(2, 9), 300)
    undone = reversal(money_in, day(2, 12))

    assert (
        run(schedule(), money_in, undone, reversal(undone, day(2, 13))).instalments
        == run(schedule(), money_in).instalments
    )


def test_before_the_reversal_the_money_counts_as_of_that_day():
    money_in = paid(day(2, 9), 300)
    facts = [schedule(), money_in, reversal(money_in, day(3, 5))]

    assert position(facts, day(3, 4)).days_past_due == 0
    assert position(facts, day(3, 5)).days_past_due == 23


def test_what_was_not_yet_known_does_not_count():
    later = datetime(2026, 3, 1, tzinfo=UTC)
    facts = [schedule(), paid(day(2, 9), 300, known_at=later)]

    assert position(facts, day(2, 20), known_at=later - timedelta(days=1)).days_past_due == 10
    assert position(facts, day(2, 20), known_at=later).days_past_due == 0


def test_pending_money_waits_and_counts_from_its_own_day_once_settled():
    money_in = paid(day(2, 9), 300, state=RepaymentState.PENDING)
    facts = [schedule(), money_in, became(money_in, RepaymentState.SETTLED, day(2, 12))]

    before = position(facts, day(2, 11))
    assert (before.days_past_due, before.awaiting_settlement) == (1, 300)
    after = replay(facts=facts, conventions=PLAIN, as_of=day(2, 12))
    assert after.instalments[0].satisfied_on == day(2, 9)
    assert after.awaiting_settlement == 0


def test_pending_money_counts_where_the_portfolio_says_so():
    facts = [schedule(), paid(day(2, 9), 300, state=RepaymentState.PENDING)]

    summary = position(facts, day(2, 20), Conventions(pending_counts=True))

    assert (summary.days_past_due, summary.awaiting_settlement) == (0, 300)


def test_returned_money_reopens_the_instalment():
    money_in = paid(day(2, 9), 300)
    facts = [schedule(), money_in, became(money_in, RepaymentState.RETURNED, day(2, 14))]

    assert position(facts, day(2, 13)).days_past_due == 0
    reopened = position(facts, day(2, 14))
    assert (reopened.days_past_due, reopened.overdue.total) == (4, 300)


def test_returned_is_final_whatever_else_is_said_that_day():
    money_in = paid(day(2, 9), 300, state=RepaymentState.PENDING)
    states = [
        became(money_in, RepaymentState.RETURNED, day(2, 12)),
        became(money_in, RepaymentState.SETTLED, day(2, 12)),
    ]

    assert not run(schedule(), money_in, *states).repayments


def test_a_charge_belongs_to_the_period_that_holds_its_due_date():
    result = run(schedule(), charge(day(2, 11), 20), charge(day(2, 10), 5, Component.PENALTY))

    assert result.instalments[0].due == amounts(250, 50, penalty=5)
    assert result.instalments[1].due == amounts(250, 50, fee=20)


def test_a_charge_after_maturity_makes_an_instalment_of_its_own():
    result = run(schedule(rows(n=2)), charge(day(3, 20), 20), charge(day(4, 2), 10))

    extra = result.instalments[-1]
    assert (extra.number, extra.due_on, extra.due) == (3, day(4, 2), amounts(fee=30))


def test_charges_of_one_instalment_are_paid_in_order_of_their_due_dates():
    later, earlier = charge(day(2, 8), 20), charge(day(2, 5), 10)

    result = run(schedule(), later, earlier, paid(day(2, 9), 15))

    assert [(c.fact_id, c.paid, c.open) for c in result.charges] == [
        (earlier.id, 10, 0),
        (later.id, 5, 15),
    ]


def test_credit_pays_a_charge_that_comes_later():
    facts = [schedule(rows(n=1)), paid(day(2, 10), 320), charge(day(2, 20), 15)]

    result = run(*facts)

    assert result.overpaid == 5
    assert result.instalments[-1].satisfied_on == day(2, 20)
    assert result.repayments[0].from_credit == amounts(fee=15)


def test_a_waiver_of_one_charge_and_of_interest():
    fee, other = charge(day(2, 5), 20), charge(day(2, 6), 10)

    result = run(
        schedule(),
        fee,
        other,
        waiver(day(2, 7), 20, Component.FEE, charge_id=fee.id),
        waiver(day(2, 7), 60, Component.INTEREST),
    )

    assert [c.waived for c in result.charges] == [20, 0]
    assert [i.waived.interest for i in result.instalments[:3]] == [50, 10, 0]


def test_a_write_off_takes_the_debt_away_and_later_money_is_recovered():
    facts = [schedule(), paid(day(2, 10), 300), written_off(day(3, 1))]

    result = run(*facts, paid(day(4, 1), 500, kind=RepaymentKind.RECOVERY))

    assert result.status is LoanStatus.WRITTEN_OFF
    assert result.totals.open.total == 0
    assert result.totals.written_off.total == 3300
    assert (result.totals.recovered, result.overpaid) == (500, 0)


def test_a_charge_off_leaves_the_debt_alive():
    facts = [schedule(), written_off(day(3, 1), kind=LossKind.CHARGE_OFF)]

    summary = position([*facts, paid(day(3, 20), 300)], day(3, 20))

    assert summary.status is LoanStatus.WRITTEN_OFF
    assert (summary.days_past_due, summary.total_outstanding) == (10, 3300)


@pytest.mark.parametrize(
    ("amount", "status", "overpaid"),
    [(299, LoanStatus.ACTIVE, 0), (300, LoanStatus.PAID_OFF, 0), (301, LoanStatus.OVERPAID, 1)],
)
def test_status(amount, status, overpaid):
    result = run(schedule(rows(n=1)), paid(day(2, 10), amount))

    assert (result.status, result.overpaid) == (status, overpaid)


def test_a_small_rest_does_not_keep_a_loan_open_where_the_product_says_so():
    facts = [schedule(rows(n=1)), paid(day(2, 10), 250)]

    result = replay(facts=facts, conventions=Conventions(closing_tolerance=money(100)))

    assert result.status is LoanStatus.PAID_OFF


def test_credit_is_refunded_and_what_was_not_credit_is_owed():
    over = paid(day(2, 10), 400)
    refund = Refund(id=("refund", 1), value_on=day(2, 12), known_at=KNOWN, amount=money(100))
    facts = [schedule(rows(n=1)), over, refund]

    assert run(*facts).overpaid == 0
    after = run(*facts, reversal(over, day(2, 13)), paid(day(2, 13), 300))
    assert after.totals.open.total == 100


def test_a_chargeback_takes_credit_first_and_is_owed_otherwise():
    back = Chargeback(id=("chargeback", 1), value_on=day(2, 20), known_at=KNOWN, amount=money(80))

    assert run(schedule(rows(n=1)), paid(day(2, 10), 400), back).overpaid == 20
    assert run(schedule(rows(n=1)), paid(day(2, 10), 300), back).totals.open.total == 80


def test_an_extension_moves_what_is_not_paid_and_the_past_keeps_its_lateness():
    moved = tuple(
        type(r)(r.number, r.from_on, r.due_on + timedelta(days=31), r.principal, r.interest)
        for r in rows(n=3, start=2)
    )
    extension = schedule(moved, version=2, on=day(3, 20), origin=ScheduleOrigin.EXTENSION)
    facts = [schedule(rows(n=3)), extension, paid(day(2, 10), 300)]

    assert position(facts, day(3, 19)).days_past_due == 9
    extended = position(facts, day(3, 20))
    assert (extended.days_past_due, extended.next_due_on) == (0, day(4, 10))


def test_facts_of_no_loan_give_no_position():
    summary = position([], day(2, 1))

    assert (summary.status, summary.total_outstanding, summary.next_due_on) == (
        LoanStatus.ACTIVE,
        0,
        None,
    )

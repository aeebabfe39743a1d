"""Where the money of a repayment goes, by each order, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from loans.delinquency.amounts import Component
from loans.delinquency.conventions import OLDEST_FIRST, Conventions, InAdvance
from loans.delinquency.facts import RepaymentKind
from loans.delinquency.orders import (
    ALLOCATION_ORDERS,
    BY_LATENESS,
    BY_LATENESS_VERTICAL,
    DUE_ONLY,
    DUE_THEN_PRINCIPAL,
    FEES_LAST,
)
from loans.delinquency.replay import replay
from tests.loans.delinquency_facts import amounts, charge, day, paid, rows, schedule


def split(order, *facts, as_of=None):
    """Allocations of the last repayment: instalment number to amounts."""
    result = replay(
        facts=[schedule(rows(n=3)), *facts],
        conventions=Conventions(allocation=order),
        as_of=as_of,
    )
    last = result.repayments[-1].fact_id
    return {a.instalment: a.amounts for a in result.allocations if a.repayment_id == last}


def test_oldest_first_pays_interest_before_principal_and_flows_to_the_next():
    assert split(OLDEST_FIRST, paid(day(3, 15), 310)) == {
        1: amounts(principal=250, interest=50),
        2: amounts(interest=10),
    }


def test_penalty_and_fee_come_before_interest():
    assert split(
        OLDEST_FIRST,
        charge(day(2, 5), 20, Component.FEE),
        charge(day(2, 6), 30, Component.PENALTY),
        paid(day(2, 10), 80),
    ) == {1: amounts(fee=20, penalty=30, interest=30)}


def test_due_then_principal_pays_principal_first_ahead_of_time():
    assert split(DUE_THEN_PRINCIPAL, paid(day(1, 20), 260)) == {
        1: amounts(principal=250, interest=10)
    }


def test_a_charge_may_be_due_before_its_instalment():
    assert split(
        DUE_THEN_PRINCIPAL,
        charge(day(1, 15), 20, Component.PENALTY, due_on=day(1, 15)),
        charge(day(1, 15), 5, Component.PENALTY, due_on=day(2, 1)),
        paid(day(1, 20), 100),
    ) == {1: amounts(principal=80, penalty=20)}


def test_fees_last_pays_the_fee_after_principal():
    assert split(FEES_LAST, charge(day(2, 5), 20), paid(day(2, 10), 310)) == {
        1: amounts(principal=250, interest=50, fee=10)
    }


def test_by_lateness_finishes_an_instalment_before_the_next():
    assert split(BY_LATENESS, paid(day(3, 15), 400)) == {
        1: amounts(principal=250, interest=50),
        2: amounts(principal=100),
    }


def test_vertical_finishes_a_component_before_the_next():
    assert split(BY_LATENESS_VERTICAL, paid(day(3, 15), 520)) == {
        1: amounts(principal=250, interest=20),
        2: amounts(principal=250),
    }


def test_a_credit_may_go_to_the_last_instalment():
    credit = paid(day(1, 20), 100, kind=RepaymentKind.GOODWILL_CREDIT)
    assert split(BY_LATENESS, credit) == {3: amounts(principal=100)}


def test_a_credit_may_be_spread_and_the_last_takes_the_rounding():
    credit = paid(day(1, 20), "100.01", kind=RepaymentKind.MERCHANT_REFUND)
    assert split(BY_LATENESS, credit) == {
        1: amounts(principal="33.34"),
        2: amounts(principal="33.34"),
        3: amounts(principal="33.33"),
    }


def test_spread_money_that_does_not_fit_goes_to_the_others():
    spread = replace(BY_LATENESS, in_advance=InAdvance.SPREAD, in_advance_by_kind={})
    first = paid(day(2, 10), 890)
    assert split(spread, first)[1].total == 300

    result = split(spread, first, paid(day(2, 11), 9))
    assert sum((a.total for a in result.values()), Decimal(0)) == 9


def test_money_that_is_not_due_waits_and_is_spent_when_it_is():
    early = paid(day(2, 10), 350)
    assert split(DUE_ONLY, early, as_of=day(2, 10)) == {1: amounts(principal=250, interest=50)}
    assert split(DUE_ONLY, early, as_of=day(3, 10)) == {
        1: amounts(principal=250, interest=50),
        2: amounts(interest=50),
    }


def test_what_finds_nothing_is_overpaid():
    result = replay(facts=[schedule(rows(n=1)), paid(day(2, 10), 320)], conventions=Conventions())

    assert result.overpaid == 20
    assert result.repayments[0].overpaid == 20
    assert result.repayments[0].applied == amounts(principal=250, interest=50)


@pytest.mark.parametrize("order", ALLOCATION_ORDERS.values(), ids=lambda o: o.code)
def test_every_order_can_settle_a_whole_loan(order):
    result = replay(
        facts=[schedule(rows(n=3)), charge(day(2, 5), 25), paid(day(4, 10), 925)],
        conventions=Conventions(allocation=order),
        as_of=day(4, 10),
    )

    assert result.totals.open.total == 0
    assert result.overpaid == 0

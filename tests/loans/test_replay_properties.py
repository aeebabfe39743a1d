"""Properties of the replay that hold for any facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from loans.delinquency.amounts import Component
from loans.delinquency.conventions import Conventions
from loans.delinquency.facts import Repayment, RepaymentKind, RepaymentState, ScheduleOrigin
from loans.delinquency.orders import ALLOCATION_ORDERS
from loans.delinquency.paths import bucket_path
from loans.delinquency.replay import replay
from tests.loans.delinquency_facts import (
    BUCKETS,
    became,
    charge,
    paid,
    position,
    reversal,
    rows,
    schedule,
    stated,
    waiver,
)

START = date(2026, 1, 10)
DAYS = st.integers(0, 420).map(lambda n: START + timedelta(days=n))
MONEY = st.decimals(Decimal("0.01"), Decimal("1200.00"), places=2)
KINDS = st.sampled_from(
    [RepaymentKind.REGULAR, RepaymentKind.GOODWILL_CREDIT, RepaymentKind.MERCHANT_REFUND]
)
REPAYMENTS = st.builds(lambda on, amount, kind: paid(on, amount, kind=kind), DAYS, MONEY, KINDS)
CHARGES = st.builds(
    charge, DAYS, MONEY, st.sampled_from([Component.FEE, Component.PENALTY]), due_on=DAYS
)
WAIVERS = st.builds(waiver, DAYS, MONEY, st.sampled_from(list(Component)))
ORDERS = st.sampled_from(list(ALLOCATION_ORDERS.values()))


@st.composite
def stories(draw, *, positions=False):
    """A loan with charges, waivers, and repayments of which some are reversed or returned."""
    money = draw(st.lists(REPAYMENTS, max_size=7))
    facts = [schedule(), *money, *draw(st.lists(CHARGES, max_size=3))]
    facts += draw(st.lists(WAIVERS, max_size=2))
    for fact in money:
        fate = draw(st.sampled_from(["live", "live", "reversed", "returned"]))
        on = fact.value_on + timedelta(days=draw(st.integers(0, 40)))
        if fate == "reversed":
            facts.append(reversal(fact, on))
        elif fate == "returned":
            facts.append(became(fact, RepaymentState.RETURNED, on))
    if positions:
        facts += draw(st.lists(stated_positions(), max_size=3))
    return facts


@st.composite
def stated_positions(draw):
    on = draw(DAYS)
    dpd = draw(st.integers(0, 90))
    return stated(
        on,
        days_past_due=dpd,
        arrears_total=draw(MONEY) if dpd else Decimal(0),
        principal_outstanding=draw(st.decimals(0, 3000, places=2)),
    )


@given(stories(), ORDERS)
def test_every_cent_of_a_repayment_is_allocated_or_overpaid(facts, order):
    result = replay(facts=facts, conventions=Conventions(allocation=order))

    for outcome in result.repayments:
        own = [a.amounts.total for a in result.allocations if a.repayment_id == outcome.fact_id]
        assert sum(own) == outcome.applied.total
        assert outcome.applied.total + outcome.overpaid == outcome.amount


@given(stories(positions=True), ORDERS)
def test_what_is_due_is_paid_waived_or_open_and_nothing_is_negative(facts, order):
    result = replay(facts=facts, conventions=Conventions(allocation=order))

    for i in result.instalments:
        for name in Component:
            parts = [x.of(name) for x in (i.paid, i.waived, i.written_off, i.open)]
            assert min(parts) >= 0
            assert sum(parts) == i.due.of(name)
        assert i.paid_in_advance >= 0
        assert i.paid_late >= 0
    for c in result.charges:
        assert min(c.paid, c.waived, c.written_off, c.open) >= 0
    assert result.overpaid >= 0


@given(stories(positions=True), ORDERS, st.randoms())
def test_the_order_of_arrival_does_not_matter(facts, order, random):
    conventions = Conventions(allocation=order, buckets=BUCKETS)
    shuffled = facts.copy()
    random.shuffle(shuffled)

    assert replay(facts=shuffled, conventions=conventions) == replay(
        facts=facts, conventions=conventions
    )


@given(stories(), DAYS, REPAYMENTS)
def test_more_money_never_makes_a_loan_later(facts, as_of, more):
    before = position(facts, as_of, Conventions(buckets=BUCKETS))
    after = position([*facts, more], as_of, Conventions(buckets=BUCKETS))

    assert after.days_past_due <= before.days_past_due
    assert after.total_outstanding <= before.total_outstanding


@given(stories(), ORDERS, REPAYMENTS)
def test_a_reversal_restores_what_was_before(facts, order, extra):
    conventions = Conventions(allocation=order)

    restored = replay(
        facts=[*facts, extra, reversal(extra, extra.value_on)], conventions=conventions
    )

    before = replay(facts=facts, conventions=conventions)
    assert restored.instalments == before.instalments
    assert restored.allocations == before.allocations
    assert restored.totals == before.totals


@given(stories(), DAYS)
def test_as_of_a_day_is_the_loan_without_what_came_later(facts, as_of):
    conventions = Conventions()
    earlier = [f for f in facts if f.value_on <= as_of]

    assert (
        replay(facts=facts, conventions=conventions, as_of=as_of).instalments
        == replay(facts=earlier, conventions=conventions, as_of=as_of).instalments
    )


@st.composite
def extensions(draw):
    """From some instalment on, everything a number of days later."""
    first = draw(st.integers(1, 12))
    later = timedelta(days=draw(st.integers(1, 62)))
    moved = tuple(replace(r, due_on=r.due_on + later) for r in rows(start=first))
    return schedule(moved, version=2, on=draw(DAYS), origin=ScheduleOrigin.EXTENSION)


@given(stories(positions=True), st.lists(extensions(), max_size=1))
def test_the_bucket_path_is_the_bucket_of_every_day(facts, extended):
    conventions = Conventions(buckets=BUCKETS)
    facts = [*facts, *extended]
    last = START + timedelta(days=430)
    result = replay(facts=facts, conventions=conventions, as_of=last)

    path = bucket_path(replay=result, conventions=conventions, from_on=START, through_on=last)

    for on in (START + timedelta(days=n) for n in range(0, 431, 11)):
        stay = [s for s in path if s.entered_on <= on and (s.left_on is None or on < s.left_on)]
        assert [s.code for s in stay] == [position(facts, on, conventions).bucket_code]


@given(stories(), stated_positions())
def test_a_stated_position_decides_the_days_past_due(facts, ledger):
    facts = [f for f in facts if f.value_on <= ledger.value_on or not isinstance(f, Repayment)]
    assume(ledger.days_past_due != 0)

    summary = position([*facts, ledger], ledger.value_on, Conventions(buckets=BUCKETS))

    assert summary.days_past_due == ledger.days_past_due
    assert summary.overdue.total == ledger.arrears_total


#: What interchangeable arrivals look like: few days, few sums, so that ties are the rule.
TIED_DAYS = st.integers(0, 3).map(lambda n: START + timedelta(days=40 * n))
TIED_MONEY = st.sampled_from([Decimal("100.00"), Decimal("300.00")])
REFERENCES = st.sampled_from(["", "A1", "A2", "A10"])


@st.composite
def tied_stories(draw):
    """Facts of one day and one sum that differ in kind, reference or what they are about."""
    money = draw(
        st.lists(
            st.builds(
                lambda on, amount, kind, reference: paid(
                    on, amount, kind=kind, reference=reference
                ),
                TIED_DAYS,
                TIED_MONEY,
                KINDS,
                REFERENCES,
            ),
            max_size=6,
        )
    )
    component = st.sampled_from([Component.FEE, Component.PENALTY])
    charges = draw(
        st.lists(
            st.builds(
                lambda on, amount, of, code, reference: charge(
                    on, amount, of, due_on=START, code=code, reference=reference
                ),
                TIED_DAYS,
                TIED_MONEY,
                component,
                st.sampled_from(["", "late", "visit"]),
                REFERENCES,
            ),
            max_size=4,
        )
    )
    waivers = [
        waiver(draw(TIED_DAYS), draw(TIED_MONEY), of.component, charge_id=of.id)
        for of in charges
        if draw(st.booleans())
    ]
    said = draw(
        st.lists(
            st.builds(
                lambda on, principal, reference: stated(
                    on, principal_outstanding=principal, reference=reference
                ),
                TIED_DAYS,
                st.sampled_from([Decimal("900.00"), Decimal("2000.00")]),
                REFERENCES,
            ),
            max_size=2,
        )
    )
    return [schedule(), *money, *charges, *waivers, *said]


def arrived(facts, order):
    """The same facts, numbered in the order in which they arrived."""
    numbers = {facts[at].id: (facts[at].id[0], 1 + n) for n, at in enumerate(order)}
    renamed = []
    for at in order:
        fact = replace(facts[at], id=numbers[facts[at].id])
        if getattr(fact, "charge_id", None):
            fact = replace(fact, charge_id=numbers[fact.charge_id])
        renamed.append(fact)
    return renamed


def told_by_content(result, facts):
    """Everything derived, with what the facts say in place of their numbers."""
    said = {
        f.id: replace(f, id=("", 0), charge_id=None)
        if hasattr(f, "charge_id")
        else replace(f, id=("", 0))
        for f in facts
    }
    return (
        result.instalments,
        sorted(
            (repr(said[a.repayment_id]), a.instalment, a.amounts.total, repr(a.amounts))
            for a in result.allocations
        ),
        sorted(repr(replace(c, fact_id=("", 0))) + repr(said[c.fact_id]) for c in result.charges),
        [(d.figure, d.stated, d.computed, said[d.fact_id].reference) for d in result.differences],
        result.totals,
        result.overpaid,
        result.status,
        result.oldest_unsatisfied,
    )


@given(tied_stories(), ORDERS, st.data())
def test_facts_of_one_day_and_sum_count_by_what_they_say(facts, order, data):
    conventions = Conventions(allocation=order, buckets=BUCKETS)
    one = arrived(facts, range(len(facts)))
    other = arrived(facts, data.draw(st.permutations(range(len(facts)))))

    first = replay(facts=one, conventions=conventions)
    second = replay(facts=other, conventions=conventions)

    assert told_by_content(second, other) == told_by_content(first, one)


def test_a_goodwill_credit_and_a_repayment_of_one_day_and_sum_never_swap():
    conventions = Conventions(allocation=ALLOCATION_ORDERS["by_lateness"])
    on = START + timedelta(days=40)
    outcomes = []
    for numbers in ((1, 2), (2, 1)):
        credit = paid(on, 300, kind=RepaymentKind.GOODWILL_CREDIT, number=numbers[0])
        regular = paid(on, 300, number=numbers[1])
        result = replay(facts=[schedule(), credit, regular], conventions=conventions)
        kinds = {credit.id: "credit", regular.id: "regular"}
        outcomes.append([(kinds[a.repayment_id], a.instalment) for a in result.allocations])

    assert outcomes[0] == outcomes[1]

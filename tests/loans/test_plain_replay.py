"""Loans replayed in one pass get the very rows that the general replay gives them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from loans.contracts.terms import ScheduledInstalment
from loans.delinquency import facts as pure
from loans.delinquency.amounts import ZERO
from loans.delinquency.conventions import (
    OLDEST_FIRST,
    Bucket,
    BucketDays,
    Conventions,
)
from loans.delinquency.loading import LoanFacts
from loans.delinquency.orders import BY_LATENESS, DUE_ONLY, DUE_THEN_PRINCIPAL, FEES_LAST
from loans.delinquency.plain import PlainLoan, project_plain
from loans.delinquency.plain_rules import rules_of
from loans.delinquency.projection import Projection, project

LOAN, PORTFOLIO = UUID(int=7), UUID(int=9)
STARTED_ON = dt.date(2025, 1, 10)
KNOWN_AT = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
_BUCKETS = (
    Bucket(code="current", min_days=0, max_days=0),
    Bucket(code="1-29", min_days=1, max_days=29),
    # Days that no bucket names, between two that follow each other.
    Bucket(code="31-60", min_days=31, max_days=60),
    Bucket(code="60+", min_days=61),
)


@st.composite
def conventions(draw):
    return Conventions(
        allocation=draw(st.sampled_from([OLDEST_FIRST, FEES_LAST, BY_LATENESS])),
        due_day_counts=draw(st.booleans()),
        tolerance_amount=draw(st.sampled_from([ZERO, Decimal("1.50"), Decimal("40.00")])),
        grace_days=draw(st.sampled_from([0, 0, 5])),
        grace_reduces_delinquent_days=draw(st.booleans()),
        bucket_days=draw(st.sampled_from(list(BucketDays))),
        buckets=_BUCKETS,
    )


_parts = st.tuples(*[st.integers(0, 9_000)] * 3).filter(any)


@st.composite
def books(draw):
    """Instalments, and money in amounts that often fit one of them to the cent."""
    parts = draw(st.lists(_parts, min_size=1, max_size=8))
    totals = [sum(each) for each in parts]
    amounts = st.one_of(st.sampled_from(totals), st.integers(1, 2 * sum(totals)))
    day = draw(st.integers(0, 320))
    references = st.sampled_from(["", "9", "A", "10"])
    money = draw(st.lists(st.tuples(st.integers(0, day), references, amounts), max_size=9))
    return parts, money, day, draw(st.booleans())


def _money(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def both(rules: Conventions, parts, money, day, has_down_payment) -> tuple[Projection, object]:
    as_of = STARTED_ON + dt.timedelta(days=day)
    rows = [
        ScheduledInstalment(
            number=at + 1,
            from_on=STARTED_ON + dt.timedelta(days=30 * at),
            due_on=STARTED_ON + dt.timedelta(days=30 * (at + (not has_down_payment))),
            principal=_money(principal),
            interest=_money(interest),
            fee=_money(fee),
            penalty=ZERO,
            is_down_payment=has_down_payment and at == 0,
        )
        for at, (principal, interest, fee) in enumerate(parts)
    ]
    received = [
        (STARTED_ON + dt.timedelta(days=after), reference, cents, pk)
        for pk, (after, reference, cents) in enumerate(money, 1)
    ]
    stated = pure.ScheduleStated(
        id=("schedule", 1),
        value_on=STARTED_ON,
        known_at=KNOWN_AT,
        version=1,
        instalments=tuple(rows),
    )
    paid_out = pure.Disbursement(
        id=("disbursement", 1),
        value_on=STARTED_ON,
        known_at=KNOWN_AT,
        amount=_money(sum(principal for principal, _interest, _fee in parts)),
    )
    general = LoanFacts(
        loan_id=LOAN,
        portfolio_id=PORTFOLIO,
        started_on=STARTED_ON,
        business_date=as_of,
        is_ledger_external=True,
        conventions=rules,
        facts=[
            paid_out,
            stated,
            *(
                pure.Repayment(
                    id=("repayment", pk),
                    value_on=on,
                    known_at=KNOWN_AT,
                    amount=_money(cents),
                    reference=reference,
                )
                for on, reference, cents, pk in received
            ),
        ],
    )
    plain = PlainLoan(
        loan_id=LOAN,
        portfolio_id=PORTFOLIO,
        started_on=STARTED_ON.isoformat(),
        as_of=as_of,
        numbers=[str(row.number) for row in rows],
        from_dates=[row.from_on.isoformat() for row in rows],
        due_dates=[row.due_on.isoformat() for row in rows],
        principals=[str(row.principal) for row in rows],
        interests=[str(row.interest) for row in rows],
        fees=[str(row.fee) for row in rows],
        starts_with_down_payment=has_down_payment,
        repayments=[
            (on.isoformat(), len(reference), reference, cents, pk)
            for on, reference, cents, pk in received
        ],
    )
    known = rules_of(rules)
    assert known is not None
    return project(general), project_plain(plain, known)


@settings(max_examples=200)
@given(rules=conventions(), book=books())
def test_a_plain_loan_gets_what_the_general_replay_gives_it(rules, book):
    general, plain = both(rules, *book)

    assert plain == general
    assert list(plain.instalments) == list(general.instalments)


def test_other_ways_of_money_are_left_to_the_general_replay():
    for allocation in (DUE_ONLY, DUE_THEN_PRINCIPAL):
        assert rules_of(Conventions(allocation=allocation)) is None
    assert rules_of(Conventions(closing_tolerance=Decimal("1.00"))) is None
    assert rules_of(Conventions(tolerance_fraction=Decimal("0.01"))) is None
    assert rules_of(Conventions(money_unit=Decimal(1))) is None
    # Money of a later day than the books stand on; an instalment of nothing.
    assert both(Conventions(), [(5, 0, 0)], [(3, "", 5)], 2, False)[1] is None
    assert both(Conventions(), [(5, 0, 0), (0, 0, 0)], [], 2, False)[1] is None

"""Positions: derived from the facts alone, whatever the order they came in, in few statements."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.audit import AuditEntry
from loans.contracts.models import Loan
from loans.delinquency import refresh as refreshing
from loans.delinquency.fact_lines import fact_lines
from loans.delinquency.models import Instalment, Pause, Position, PositionChange, ReplayDifference
from loans.delinquency.queries import (
    bucket_history,
    days_past_due,
    position_at,
    repayment_history,
)
from loans.delinquency.rows import PositionRow
from loans.delinquency.services import (
    pause_ageing,
    refresh_loans,
    resume_ageing,
    state_position,
    state_positions,
)
from loans.portfolios.refusals import Refused
from loans.repayments.models import Allocation, Repayment
from loans.repayments.services import charge, record_repayment, reverse, waive
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

FACTS = st.lists(
    st.tuples(
        st.sampled_from(["repayment", "credit", "charge", "waiver", "reversed"]),
        st.one_of(st.just(45), st.integers(0, 150)),  # often the same day,
        st.one_of(st.just(11_000), st.integers(1, 30_000)),  # often the same sum
    ),
    min_size=2,
    max_size=4,
)


def play(loan: Loan, facts: list[tuple[int, tuple[str, int, int]]]) -> None:
    """Records facts through the services, in the order given."""
    for number, (kind, days, cents) in facts:
        on, amount = date(2025, 1, 2) + timedelta(days=days), D(cents) / 100
        if kind == "charge":
            charge(loan=loan, kind="fee", amount=amount, due_on=on, value_on=on, by=CLERK)
        elif kind == "waiver":
            waive(loan=loan, component="interest", amount=amount, value_on=on, reason="r", by=CLERK)
        elif kind == "credit":
            record_repayment(
                loan=loan, amount=amount, value_on=on, by=CLERK, kind="goodwill_credit"
            )
        else:
            ref = f"R{number}"
            repayment = record_repayment(
                loan=loan, amount=amount, value_on=on, by=CLERK, external_ref=ref
            )
            if kind == "reversed":
                reverse(fact=repayment, reason="r", by=CLERK)


def state_of(loan: Loan) -> tuple[object, ...]:
    position = position_of(loan)
    leave_out = {"_state", "loan_id", "replayed_at"}
    figures = {k: v for k, v in vars(position).items() if k not in leave_out}
    rows = Instalment.objects.filter(loan=loan).order_by("number")
    lines = list(
        rows.values_list("number", "due_on", "paid_principal", "paid_interest", "satisfied_on")
    )
    stays = [(stay.bucket, stay.entered_on, stay.left_on) for stay in bucket_history(loan)]
    return figures, lines, stays, allocations_of(loan)


def allocations_of(loan: Loan) -> list[tuple[object, ...]]:
    """Where money went, by what the repayments say, not by their numbers."""
    said = {
        repayment.pk: (repayment.kind, repayment.value_on, repayment.external_ref)
        for repayment in Repayment.objects.filter(loan=loan)
    }
    parts = Allocation.objects.filter(loan=loan).values_list(
        "repayment_id", "instalment_number", "principal", "interest", "fee"
    )
    return sorted((*said[pk], *rest) for pk, *rest in parts)


@settings(
    max_examples=10,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(facts=FACTS, data=st.data())
def test_any_order_of_arrival_gives_the_same_stored_position(db, facts, data):
    portfolio = build_portfolio()
    build_product(portfolio, {"allocation": "by_lateness"})
    numbered = list(enumerate(facts))
    first, second = (build_loan(portfolio, schedule=even_schedule(count=4)) for _ in range(2))

    play(first, numbered)
    play(second, data.draw(st.permutations(numbered)))

    assert state_of(first) == state_of(second)


def test_refresh_takes_the_same_number_of_queries_for_one_loan_and_for_many():
    portfolio = build_portfolio()
    few, many = ([build_loan(portfolio).pk for _ in range(count)] for count in (1, 15))
    for loan in Loan.objects.all():
        record_repayment(loan=loan, amount=D("50.00"), value_on=BOOKS_ON, by=CLERK)
    Position.objects.update(is_set_aside=True)

    def queries(loan_ids: list[object]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            refresh_loans(loan_ids=loan_ids, cause="test")
        return len(captured)

    one, fifteen = queries(few), queries(many)

    # 2 savepoints in and out, lock, loans, conventions (3), facts (12), positions, instalments,
    # allocations, position upsert, stays, differences: none of them once per loan
    assert one == fifteen
    assert one <= 30


def test_a_refresh_without_news_writes_nothing():
    loan = build_loan(build_portfolio())
    before = position_of(loan).replayed_at
    changes = PositionChange.objects.count()

    outcome = refresh_loans(loan_ids=[loan.pk], cause="test")

    assert (outcome.refreshed, outcome.changed) == (1, 0)
    assert position_of(loan).replayed_at == before
    assert PositionChange.objects.count() == changes


def test_a_loan_that_fails_is_set_aside_and_the_others_finish(monkeypatch):
    portfolio = build_portfolio()
    bad, good = build_loan(portfolio), build_loan(portfolio)
    project = refreshing.project

    def fail_for_bad(loan, *, as_of=None):
        if loan.loan_id == bad.pk:
            raise ValueError("facts contradict each other")
        return project(loan, as_of=as_of)

    with monkeypatch.context() as patched:
        patched.setattr(refreshing, "project", fail_for_bad)
        outcome = refresh_loans(loan_ids=[bad.pk, good.pk], cause="test")

    assert [item.loan_id for item in outcome.set_aside] == [bad.pk]
    assert position_of(bad).is_set_aside
    assert "contradict" in position_of(bad).error
    assert not position_of(good).is_set_aside
    refresh_loans(loan_ids=[bad.pk], cause="test")
    assert not position_of(bad).is_set_aside
    assert position_of(bad).error == ""


def test_a_row_the_database_refuses_sets_only_its_loan_aside(monkeypatch):
    portfolio = build_portfolio()
    bad, good = build_loan(portfolio), build_loan(portfolio)
    project = refreshing.project

    def negative_for_bad(loan, *, as_of=None):
        projection = project(loan, as_of=as_of)
        if loan.loan_id == bad.pk:
            projection.position["overpaid_amount"] = D("-1.00")
        return projection

    monkeypatch.setattr(refreshing, "project", negative_for_bad)
    outcome = refresh_loans(loan_ids=[bad.pk, good.pk], cause="test")

    assert [item.loan_id for item in outcome.set_aside] == [bad.pk]
    assert outcome.refreshed == 1
    assert position_of(bad).overpaid_amount == D("0.00")


def test_position_at_any_date_and_as_known_then():
    loan = build_loan(build_portfolio())
    repayment = record_repayment(
        loan=loan, amount=D("330.00"), value_on=date(2025, 3, 20), by=CLERK
    )

    assert position_at(loan=loan, as_of=date(2025, 3, 19)).overdue.total == D("330.00")
    assert position_at(loan=loan, as_of=date(2025, 3, 20)).overdue.total == D("0.00")
    before = repayment.known_at - timedelta(seconds=1)
    not_known = position_at(loan=loan, as_of=date(2025, 3, 20), known_at=before)
    assert not_known.overdue.total == D("0.00")  # the loan itself was not known yet either
    assert not_known.outstanding.total == D("0.00")


def test_days_are_counted_from_dates_not_stored():
    loan = build_loan(build_portfolio())
    pause_ageing(
        loan=loan, value_on=date(2025, 6, 20), ends_on=date(2025, 7, 20), reason="flood", by=CLERK
    )
    position = position_of(loan)

    assert days_past_due(position, BOOKS_ON, due_day_counts=False) == 166
    assert days_past_due(position, BOOKS_ON, due_day_counts=True) == 167
    summary = position_at(loan=loan, as_of=BOOKS_ON)
    assert (summary.days_past_due, summary.delinquent_days) == (166, 156)


def test_overlapping_pauses_are_refused_and_touching_ones_are_not():
    loan = build_loan(build_portfolio())
    words = {"loan": loan, "reason": "illness", "by": CLERK}
    pause_ageing(value_on=date(2025, 6, 1), ends_on=date(2025, 6, 20), **words)

    with pytest.raises(Refused, match="paused from 2025-06-01 to 2025-06-20") as no:
        pause_ageing(value_on=date(2025, 6, 19), ends_on=date(2025, 7, 1), **words)
    assert no.value.code == "pause_overlap"
    assert Pause.objects.count() == 1
    pause_ageing(value_on=date(2025, 6, 20), ends_on=date(2025, 7, 1), **words)

    assert Pause.objects.count() == 2


def test_early_resume_frees_the_rest_of_a_pause():
    loan = build_loan(build_portfolio())
    words = {"loan": loan, "reason": "illness", "by": CLERK}
    pause = pause_ageing(value_on=date(2025, 6, 1), ends_on=date(2025, 7, 1), **words)

    first = resume_ageing(pause=pause, value_on=date(2025, 6, 11), by=CLERK)

    assert resume_ageing(pause=pause, value_on=date(2025, 6, 12), by=CLERK).pk == first.pk
    position = position_of(loan)
    assert (position.paused_days, position.paused_from) == (10, None)
    pause_ageing(value_on=date(2025, 6, 15), ends_on=date(2025, 6, 20), **words)


def test_what_an_external_ledger_states_wins_and_differences_are_listed():
    portfolio = build_portfolio(ledger="external")
    loan = build_loan(portfolio)

    state_position(
        loan=loan,
        row=PositionRow(
            contract_no=loan.contract_no,
            value_on=date(2025, 6, 28),
            principal_outstanding=D("800.00"),
            oldest_unpaid_due_on=date(2025, 5, 15),
            arrears_total=D("220.00"),
        ),
        by=CLERK,
    )

    position = position_of(loan)
    assert position.oldest_unsatisfied_due_on == date(2025, 5, 15)
    assert position.overdue_amount == D("220.00")
    assert position.outstanding_principal == D("800.00")
    listed = dict(ReplayDifference.objects.filter(loan=loan).values_list("field", "stated_value"))
    assert listed["principal_outstanding"] == "800.00"


def test_the_same_statement_is_known_and_another_one_is_refused():
    portfolio = build_portfolio(ledger="external")
    loan = build_loan(portfolio)
    row = PositionRow(
        contract_no=loan.contract_no, value_on=BOOKS_ON, principal_outstanding=D("900.00")
    )

    assert state_positions(portfolio=portfolio, rows=[row], by=CLERK).recorded == 1
    assert state_positions(portfolio=portfolio, rows=[row], by=CLERK).already_known == 1
    changed = PositionRow(
        contract_no=loan.contract_no, value_on=BOOKS_ON, principal_outstanding=D("901.00")
    )
    with pytest.raises(Refused) as no:
        state_positions(portfolio=portfolio, rows=[changed], by=CLERK)
    assert no.value.code == "statement_differs"


def test_an_opening_position_starts_the_history():
    portfolio = build_portfolio(ledger="external")
    loan = build_loan(portfolio)

    state_position(
        loan=loan,
        row=PositionRow(
            contract_no=loan.contract_no,
            kind="opening",
            value_on=date(2025, 5, 1),
            principal_outstanding=D("900.00"),
            oldest_unpaid_due_on=date(2025, 4, 15),
            arrears_total=D("110.00"),
        ),
        by=CLERK,
    )

    assert bucket_history(loan)[0].entered_on == date(2025, 5, 1)
    assert position_of(loan).oldest_unsatisfied_due_on == date(2025, 4, 15)


def test_repayment_history_shows_where_money_went(django_assert_num_queries):
    loan = build_loan(build_portfolio())
    gone = record_repayment(loan=loan, amount=D("50.00"), value_on=date(2025, 2, 1), by=CLERK)
    record_repayment(loan=loan, amount=D("110.00"), value_on=date(2025, 3, 1), by=CLERK)
    reverse(fact=gone, reason="wrong loan", by=CLERK)

    with django_assert_num_queries(2):
        latest, first = repayment_history(loan)
    with django_assert_num_queries(1):
        plain = repayment_history(loan, with_allocations=False)
    assert [line.repayment for line in plain] == [latest.repayment, first.repayment]

    assert (latest.allocated, latest.is_reversed) == (D("110.00"), False)
    assert (first.allocated, first.is_reversed) == (D("0.00"), True)


def test_every_fact_of_a_loan_is_a_line_latest_first(django_assert_num_queries):
    loan = build_loan(build_portfolio())
    paid = record_repayment(loan=loan, amount=D("110.00"), value_on=date(2025, 3, 1), by=CLERK)
    reverse(fact=paid, reason="wrong loan", by=CLERK)
    pause_ageing(
        loan=loan, value_on=BOOKS_ON, ends_on=date(2025, 7, 9), reason="hardship", by=CLERK
    )

    with django_assert_num_queries(1):
        lines = fact_lines(loan, leave_out=frozenset({"bucket"}))

    assert [line.kind for line in lines] == ["pause", "reversal", "repayment", "schedule"]
    pause, reversal, repayment, _schedule = lines
    assert (pause.until, pause.reason) == (date(2025, 7, 9), "hardship")
    assert (reversal.detail, reversal.reason) == ("repayment", "wrong loan")
    assert (repayment.amount, repayment.fact_id) == (D("110.00"), paid.pk)
    assert {"bucket"} == {line.kind for line in fact_lines(loan)} - {line.kind for line in lines}


def test_every_fact_leaves_a_line_of_the_trail():
    loan = build_loan(build_portfolio())
    pause_ageing(
        loan=loan, value_on=BOOKS_ON, ends_on=date(2025, 7, 9), reason="hardship", by=CLERK
    )

    entry = AuditEntry.objects.get(action="pause.start")
    assert (entry.object_id, entry.reason) == (str(loan.pk), "hardship")

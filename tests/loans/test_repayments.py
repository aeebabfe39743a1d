"""Repayments and the other money facts: what they do to a loan, and what is refused."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, connections

from core.audit.models import AuditEntry
from loans.delinquency.models import Instalment, LoanStatus, PositionChange
from loans.portfolios.refusals import Refused
from loans.repayments.models import Allocation, Repayment, RepaymentState, Reversal, SuspenseItem
from loans.repayments.rows import RepaymentRow
from loans.repayments.services import (
    charge,
    charge_back,
    record_repayment,
    record_repayments,
    refund,
    return_repayment,
    reverse,
    settle_repayment,
    waive,
    write_off,
)
from loans.repayments.suspense import (
    hold_in_suspense,
    place_suspense,
    reveal_payer_text,
    send_back_suspense,
)
from tests.loans.builders import BOOKS_ON, CLERK, build_loan, build_portfolio, position_of

pytestmark = pytest.mark.django_db
D = Decimal


def pay(loan, amount="110.00", on=date(2025, 6, 20), **more):
    return record_repayment(loan=loan, amount=D(amount), value_on=on, by=CLERK, **more)


def test_repayment_satisfies_the_oldest_instalment_first():
    loan = build_loan(build_portfolio())

    repayment = pay(loan, "220.00")

    position = position_of(loan)
    assert position.oldest_unsatisfied_due_on == date(2025, 3, 15)
    assert position.overdue_amount == D("440.00")
    assert position.bucket == "90-119"
    assert position.last_repayment_amount == D("220.00")
    paid = Allocation.objects.filter(loan=loan).order_by("instalment_number")
    assert [(row.instalment_number, row.principal, row.interest) for row in paid] == [
        (1, D("100.00"), D("10.00")),
        (2, D("100.00"), D("10.00")),
    ]
    assert {row.repayment_id for row in paid} == {repayment.pk}
    change = PositionChange.objects.filter(loan=loan).latest("pk")
    assert (change.cause, change.overdue_before, change.overdue_after) == (
        "repayment",
        D("660.00"),
        D("440.00"),
    )
    assert AuditEntry.objects.filter(action="repayment.record", object_id=str(loan.pk)).count() == 1


def test_same_reference_with_same_content_is_booked_once():
    loan = build_loan(build_portfolio())

    first = pay(loan, external_ref="TX-1")
    again = pay(loan, external_ref="TX-1")

    assert again.pk == first.pk
    assert Repayment.objects.filter(loan=loan).count() == 1
    assert AuditEntry.objects.filter(action="repayment.record").count() == 1


def test_same_reference_with_other_content_is_refused_and_nothing_written():
    loan = build_loan(build_portfolio())
    pay(loan, external_ref="TX-1")
    before = position_of(loan)

    with pytest.raises(Refused, match="already booked on this contract with another amount") as no:
        pay(loan, "90.00", external_ref="TX-1")

    assert no.value.code == "reference_taken"
    assert Repayment.objects.filter(loan=loan).count() == 1
    assert position_of(loan).overdue_amount == before.overdue_amount


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": "0.00"}, "amount_not_positive"),
        ({"amount": "-5.00"}, "amount_not_positive"),
        ({"amount": "1.005"}, "amount_unreadable"),
        ({"on": BOOKS_ON + timedelta(days=8)}, "value_date_future"),
        ({"on": date(2024, 12, 14)}, "value_date_before_loan"),
        ({"kind": "gift"}, "repayment_kind"),
        ({"state": "returned"}, "repayment_state"),
    ],
)
def test_impossible_repayments_are_refused_and_nothing_written(changes, code):
    loan = build_loan(build_portfolio())

    with pytest.raises(Refused) as no:
        pay(loan, **changes)

    assert no.value.code == code
    assert not Repayment.objects.exists()
    assert not AuditEntry.objects.filter(action="repayment.record").exists()


def test_one_bad_row_refuses_the_whole_bulk_and_is_named():
    portfolio = build_portfolio()
    loan = build_loan(portfolio)
    rows = [
        RepaymentRow(contract_no=loan.contract_no, amount=D("110.00"), value_on=date(2025, 2, 1)),
        RepaymentRow(contract_no="nowhere", amount=D("110.00"), value_on=date(2025, 2, 1)),
    ]

    with pytest.raises(Refused, match="There is no contract nowhere") as no:
        record_repayments(portfolio=portfolio, rows=rows, by=CLERK)

    assert no.value.row_index == 1
    assert not Repayment.objects.exists()


def test_pending_money_does_not_count_until_it_settles():
    loan = build_loan(build_portfolio())

    repayment = pay(loan, "110.00", on=date(2025, 1, 15), state="pending")
    assert position_of(loan).pending_amount == D("110.00")
    assert position_of(loan).overdue_amount == D("660.00")

    settle_repayment(repayment=repayment, value_on=date(2025, 1, 20), by=CLERK)
    assert position_of(loan).pending_amount == D("0.00")
    assert position_of(loan).overdue_amount == D("550.00")
    assert Instalment.objects.get(loan=loan, number=1).satisfied_on == date(2025, 1, 15)


def test_returned_money_is_owed_again_and_cannot_settle():
    loan = build_loan(build_portfolio())
    repayment = pay(loan)

    return_repayment(repayment=repayment, value_on=date(2025, 6, 25), by=CLERK)

    assert position_of(loan).overdue_amount == D("660.00")
    assert not Allocation.objects.filter(loan=loan).exists()
    with pytest.raises(Refused) as no:
        settle_repayment(repayment=repayment, value_on=date(2025, 6, 26), by=CLERK)
    assert no.value.code == "repayment_not_pending"
    assert [change.state for change in repayment.changes.all()] == [RepaymentState.RETURNED]


def test_reversal_takes_a_repayment_back_once():
    loan = build_loan(build_portfolio())
    repayment = pay(loan)

    first = reverse(fact=repayment, reason="entered twice", by=CLERK)
    again = reverse(fact=repayment, reason="entered twice", by=CLERK)

    assert again.pk == first.pk
    assert position_of(loan).overdue_amount == D("660.00")
    with pytest.raises(Refused) as no:
        return_repayment(repayment=repayment, value_on=BOOKS_ON, by=CLERK)
    assert no.value.code == "repayment_reversed"


def test_reversal_without_a_reason_is_refused():
    loan = build_loan(build_portfolio())
    repayment = pay(loan)

    with pytest.raises(Refused) as no:
        reverse(fact=repayment, reason="  ", by=CLERK)

    assert no.value.code == "reason_missing"
    assert not Reversal.objects.exists()


def test_charge_adds_to_what_is_owed_and_a_waiver_takes_it_off():
    loan = build_loan(build_portfolio())

    late = charge(loan=loan, kind="penalty", amount=D("25.00"), due_on=date(2025, 2, 10), by=CLERK)
    assert position_of(loan).overdue_penalty == D("25.00")

    waive(loan=loan, component="penalty", amount=D("25.00"), charge=late, reason="kind", by=CLERK)
    assert position_of(loan).overdue_penalty == D("0.00")
    assert position_of(loan).overdue_amount == D("660.00")


def test_charge_off_keeps_the_debt_and_write_off_ends_it():
    portfolio = build_portfolio()
    kept, ended = build_loan(portfolio), build_loan(portfolio)

    write_off(loan=kept, reason="120 days", by=CLERK)
    write_off(loan=ended, kind="write_off", reason="settled for less", by=CLERK)

    assert position_of(kept).status == LoanStatus.WRITTEN_OFF
    assert position_of(kept).outstanding_amount == D("1320.00")
    assert position_of(ended).status == LoanStatus.WRITTEN_OFF
    assert position_of(ended).outstanding_amount == D("0.00")
    assert position_of(ended).oldest_unsatisfied_due_on is None


def test_refund_gives_back_at_most_what_is_overpaid():
    loan = build_loan(build_portfolio())
    pay(loan, "1350.00")
    assert position_of(loan).status == LoanStatus.OVERPAID
    assert position_of(loan).overpaid_amount == D("30.00")

    with pytest.raises(Refused, match=r"Only 30\.00 is overpaid"):
        refund(loan=loan, amount=D("30.01"), by=CLERK)
    refund(loan=loan, amount=D("30.00"), by=CLERK)

    assert position_of(loan).status == LoanStatus.PAID_OFF
    assert position_of(loan).overpaid_amount == D("0.00")


def test_chargeback_is_owed_again():
    loan = build_loan(build_portfolio())
    repayment = pay(loan, "660.00")
    assert position_of(loan).overdue_amount == D("0.00")

    charge_back(
        loan=loan, amount=D("60.00"), repayment=repayment, value_on=date(2025, 6, 28), by=CLERK
    )

    assert position_of(loan).outstanding_amount == D("720.00")


def test_suspense_is_placed_once_and_counts_from_the_day_it_came():
    portfolio = build_portfolio()
    loan = build_loan(portfolio)
    item = hold_in_suspense(
        portfolio=portfolio,
        amount=D("110.00"),
        value_on=date(2025, 1, 10),
        external_ref="BANK-7",
        reason="no contract number",
        payer_text="for the car of my brother",
        by=CLERK,
    )
    assert b"brother" not in bytes(item.payer_text)
    assert reveal_payer_text(item=item, by=CLERK, purpose="placing it") == (
        "for the car of my brother"
    )

    repayment = place_suspense(item=item, loan=loan, by=CLERK)

    assert (repayment.value_on, repayment.external_ref) == (date(2025, 1, 10), "BANK-7")
    assert position_of(loan).overdue_amount == D("550.00")
    with pytest.raises(Refused) as no:
        send_back_suspense(item=item, by=CLERK, reason="by mistake")
    assert no.value.code == "suspense_settled"
    assert Repayment.objects.count() == 1


def test_suspense_reference_is_held_once():
    portfolio = build_portfolio()
    words = {"value_on": BOOKS_ON, "external_ref": "B1", "reason": "unknown", "by": CLERK}

    first = hold_in_suspense(portfolio=portfolio, amount=D("5.00"), **words)
    assert hold_in_suspense(portfolio=portfolio, amount=D("5.00"), **words).pk == first.pk
    with pytest.raises(Refused):
        hold_in_suspense(portfolio=portfolio, amount=D("6.00"), **words)

    assert SuspenseItem.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_repayments_at_once_both_count():
    """Both read the loan before either writes, unless the loan's row is locked first."""
    loan = build_loan(build_portfolio())
    started = threading.Barrier(2)
    errors: list[Exception] = []

    def work(reference: str) -> None:
        try:
            started.wait(timeout=10)
            pay(loan, "330.00", external_ref=reference)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(name,)) for name in ("A", "B")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not errors
    assert position_of(loan).overdue_amount == D("0.00")
    assert Repayment.objects.filter(loan=loan).count() == 2


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_one_of_two_repayments_is_lost(monkeypatch):
    """The race that the lock on the loan's row ends: each replays without seeing the other."""
    from loans.delinquency import refresh

    loan = build_loan(build_portfolio())
    both_loaded = threading.Barrier(2)
    load = refresh.load_facts

    def load_together(loan_ids):
        facts = load(loan_ids)
        both_loaded.wait(timeout=10)
        return facts

    for module in (
        "loans.delinquency.refresh",
        "loans.contracts.fact_writing",
        "loans.repayments.recording",
    ):
        monkeypatch.setattr(f"{module}.lock_loans", lambda _ids: None)
    monkeypatch.setattr(refresh, "load_facts", load_together)
    threads = [
        threading.Thread(target=lambda: (pay(loan, "330.00"), connection.close())) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert position_of(loan).overdue_amount == D("330.00")

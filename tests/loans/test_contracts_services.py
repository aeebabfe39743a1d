"""Loans opened in bulk, schedules stated, extended and rescheduled, parties and ways to pay."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from loans.contracts.models import Loan, LoanParty, PaymentInstruction, Schedule
from loans.contracts.queries import (
    instalments_in_force,
    instructions_for,
    loans_for,
    terms_of,
)
from loans.contracts.rows import LoanRow, ScheduleRow, SignatoryRow, VehicleRow
from loans.contracts.services import (
    add_party,
    extend_loan,
    open_loans,
    reschedule_loan,
    retire_payment_instruction,
    set_payment_instruction,
    state_schedule,
    state_schedules,
)
from loans.contracts.terms import ScheduledInstalment, Terms
from loans.delinquency.models import Instalment
from loans.portfolios.refusals import Refused
from loans.repayments.services import record_repayment
from tests.loans.builders import (
    BOOKS_ON,
    CLERK,
    SECOND,
    build_cast,
    build_loan,
    build_party,
    build_portfolio,
    build_product,
    even_schedule,
    position_of,
)

pytestmark = pytest.mark.django_db
D = Decimal
TERMS = Terms(
    principal=D("20000.00"),
    periods=24,
    start_on=date(2025, 1, 2),
    first_due_on=date(2025, 2, 2),
    annual_rate=D("0.0690"),
)


def row_of(portfolio, **changes) -> LoanRow:
    values = {
        "contract_no": "C-1",
        "product": portfolio.products.first() or build_product(portfolio),
        "started_on": date(2024, 12, 15),
        "principal_amount": D("1200.00"),
        "parties": (SignatoryRow(party_id=build_party(portfolio).pk),),
        "schedule": even_schedule(),
    }
    return LoanRow(**{**values, **changes})


def test_a_loan_made_from_terms_keeps_them_and_their_schedule():
    loan = build_loan(build_portfolio(), terms=TERMS, principal_amount=D("20000.00"))

    assert terms_of(Loan.objects.get(pk=loan.pk)) == TERMS
    rows = instalments_in_force(loan)
    assert (len(rows), sum(row.principal for row in rows)) == (24, D("20000.00"))
    assert Instalment.objects.filter(loan=loan).count() == 24
    assert position_of(loan).oldest_unsatisfied_due_on == date(2025, 2, 2)


def test_opening_many_loans_takes_no_more_statements_than_one(django_assert_max_num_queries):
    portfolio = build_portfolio()
    product = build_product(portfolio)
    party = build_party(portfolio)
    rows = [
        row_of(
            portfolio,
            contract_no=f"C-{number}",
            product=product,
            parties=(SignatoryRow(party_id=party.pk),),
            vehicles=(VehicleRow(vin="1hgcm82633a004352", plate="粤b·12345"),),
        )
        for number in range(20)
    ]

    # opening: 8; refreshing: about 30; see test_positions
    with django_assert_max_num_queries(45):
        ids = open_loans(portfolio=portfolio, rows=rows, by=CLERK)

    assert len(ids) == 20
    vehicle = Loan.objects.get(pk=ids["C-0"]).vehicles.get()
    assert (vehicle.vin, vehicle.plate) == ("1HGCM82633A004352", "粤B12345")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"contract_no": " "}, "contract_no_invalid"),
        ({"principal_amount": D("0.00")}, "amount_not_positive"),
        ({"parties": ()}, "borrower_missing"),
        ({"started_on": date(2026, 1, 1)}, "value_date_future"),
        ({"vehicles": (VehicleRow(vin="TOO-SHORT"),)}, "vin_invalid"),
        ({"schedule": (), "terms": replace(TERMS, periods=0)}, "terms_impossible"),
        (
            {"schedule": tuple(reversed(even_schedule()))},
            "instalment_order",
        ),
        (
            {
                "schedule": (
                    ScheduledInstalment(
                        1, date(2025, 1, 1), date(2025, 2, 1), D("-1.00"), D("0.00")
                    ),
                )
            },
            "instalment_amounts",
        ),
    ],
)
def test_impossible_loans_are_refused_and_nothing_written(changes, code):
    portfolio = build_portfolio()

    with pytest.raises(Refused) as no:
        open_loans(
            portfolio=portfolio,
            rows=[row_of(portfolio, contract_no="good"), row_of(portfolio, **changes)],
            by=CLERK,
        )

    assert (no.value.code, no.value.row_index) == (code, 1)
    assert not Loan.objects.exists()
    assert not LoanParty.objects.exists()


def test_a_contract_is_opened_once():
    portfolio = build_portfolio()
    build_loan(portfolio, contract_no="C-1")

    with pytest.raises(Refused, match="Contract C-1 is already in"):
        open_loans(portfolio=portfolio, rows=[row_of(portfolio)], by=CLERK)
    twice = [row_of(portfolio, contract_no="C-2")] * 2
    with pytest.raises(Refused, match="Contract C-2 is already in"):
        open_loans(portfolio=portfolio, rows=twice, by=CLERK)

    assert Loan.objects.count() == 1


def test_a_schedule_stated_again_is_known_and_a_new_one_replaces_what_is_open():
    portfolio = build_portfolio(ledger="external")
    loan = build_loan(portfolio)
    rest = even_schedule(interest=D("12.00"))[6:]

    same = ScheduleRow(contract_no=loan.contract_no, instalments=even_schedule(), value_on=BOOKS_ON)
    counts = state_schedules(portfolio=portfolio, rows=[same], by=CLERK)
    assert (counts.recorded, counts.already_known) == (0, 1)
    stated = state_schedule(loan=loan, instalments=rest, value_on=BOOKS_ON, by=CLERK)

    assert stated.version == 2
    interests = Instalment.objects.filter(loan=loan).order_by("number")
    assert list(interests.values_list("interest", flat=True)) == [D("10.00")] * 6 + [D("12.00")] * 6


def test_an_extension_moves_what_is_open_and_keeps_the_amounts():
    loan = build_loan(build_portfolio())
    record_repayment(loan=loan, amount=D("440.00"), value_on=date(2025, 4, 15), by=CLERK)
    assert position_of(loan).overdue_amount == D("220.00")

    schedule = extend_loan(
        loan=loan, months=2, value_on=BOOKS_ON, reason="illness", by=CLERK, approved_by=SECOND
    )

    assert schedule.numbers == list(range(5, 13))
    assert schedule.due_dates[0] == date(2025, 7, 15)
    position = position_of(loan)
    assert (position.overdue_amount, position.next_due_on) == (D("0.00"), date(2025, 7, 15))
    assert position.outstanding_amount == D("880.00")


def test_a_reschedule_replaces_the_rest():
    loan = build_loan(build_portfolio())
    agreed = [
        ScheduledInstalment(number, date(2025, 6, 30), date(2025, 7 + number, 1), D("600.00"), D(0))
        for number in (1, 2)
    ]

    reschedule_loan(
        loan=loan,
        instalments=agreed,
        value_on=BOOKS_ON,
        reason="new plan",
        by=CLERK,
        approved_by=SECOND,
    )

    assert position_of(loan).outstanding_amount == D("1200.00")
    assert position_of(loan).oldest_unsatisfied_due_on is None


@pytest.mark.parametrize(
    ("ledger", "changes", "code"),
    [
        ("external", {}, "ledger_external"),
        ("makegood", {"approved_by": CLERK}, "approval_own"),
        ("makegood", {"months": 0}, "extension_months"),
        ("makegood", {"reason": ""}, "reason_missing"),
    ],
)
def test_extensions_that_may_not_be_are_refused(ledger, changes, code):
    loan = build_loan(build_portfolio(ledger=ledger))
    values = {
        "months": 1,
        "value_on": BOOKS_ON,
        "reason": "flood",
        "by": CLERK,
        "approved_by": SECOND,
    }

    with pytest.raises(Refused) as no:
        extend_loan(loan=loan, **{**values, **changes})

    assert no.value.code == code
    assert Schedule.objects.count() == 1


def test_parties_join_in_a_role_and_the_borrower_stays_one():
    portfolio = build_portfolio()
    loan, party = build_loan(portfolio), build_party(portfolio)

    first = add_party(loan=loan, party=party, role="guarantor", by=CLERK)
    assert add_party(loan=loan, party=party, role="guarantor", by=CLERK).pk == first.pk
    for role, code in (("borrower", "borrower_taken"), ("friend", "role_unknown")):
        with pytest.raises(Refused) as no:
            add_party(loan=loan, party=party, role=role, by=CLERK)
        assert no.value.code == code
    assert LoanParty.objects.filter(loan=loan).count() == 2


def test_a_loan_is_paid_its_own_way_where_it_has_one():
    portfolio = build_portfolio()
    loan, other = build_loan(portfolio), build_loan(portfolio)
    words = {"portfolio": portfolio, "label": "Pay", "by": CLERK}
    bank = set_payment_instruction(kind="bank", text="ABA 000111222", **words)
    link = set_payment_instruction(
        kind="card_link", text="https://pay.example/l1", loan=loan, **words
    )

    assert instructions_for(loan) == [link]
    assert instructions_for(other) == [bank]
    retire_payment_instruction(instruction=link, by=CLERK)
    assert instructions_for(loan) == [bank]
    with pytest.raises(Refused, match="must begin with https"):
        set_payment_instruction(kind="alipay", text="http://pay.example", **words)
    assert PaymentInstruction.objects.count() == 2


def test_lists_read_within_scope_in_one_query(django_assert_num_queries):
    cast = build_cast()
    for _ in range(3):
        build_loan(cast.portfolio)
    build_loan(cast.other_portfolio)

    with django_assert_num_queries(1):
        rows = [(loan.portfolio.code, loan.position.bucket) for loan in loans_for(cast.ana)]

    assert len(rows) == 3

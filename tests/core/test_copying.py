"""Rows written through COPY are those that Django would have written."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from core.facts.copying import copy_cell, copy_rows
from core.facts.together import insert_together
from core.jobs.processes import ProcessFailed, share_among
from loans.contracts.models import Loan, Schedule
from loans.delinquency.models import PositionChange
from loans.vehicles.models import Vehicle
from tests.loans.builders import build_loan, build_portfolio, build_product

NASTY = 'tab\there, line\nbreak, return\rhere, \\N and \\. and "quotes", 中文 {a,b}'


@pytest.mark.django_db
def test_text_numbers_dates_json_and_nulls_come_back_as_they_were():
    portfolio = build_portfolio()
    product = build_product(portfolio)
    attributes = {"note": NASTY, "list": [1, None, "x"]}
    loans = [
        Loan(
            portfolio=portfolio,
            product=product,
            contract_no=f"C{at}",
            started_on=date(2025, 1, 31),
            principal_amount=amount,
            region=NASTY[:40],
            attributes=attributes,
        )
        for at, amount in enumerate([Decimal("1000"), Decimal("1E+3"), Decimal("1000.00")])
    ]

    copy_rows(loans)

    for loan in loans:
        stored = Loan.objects.get(pk=loan.pk)
        assert stored.principal_amount == Decimal("1000.00")
        assert (stored.region, stored.attributes) == (NASTY[:40], attributes)
        assert stored.created_at is not None


@pytest.mark.django_db
def test_amounts_with_too_many_decimals_are_rounded_as_bulk_create_rounds_them():
    loan = build_loan(build_portfolio())
    amounts = [Decimal("10.005"), Decimal("10.015"), Decimal("10.0251")]
    said = {
        "loan": loan, "value_on": date(2025, 2, 1), "origin": "stated", "entered_by": "x",
        "numbers": [1, 2, 3], "from_dates": [date(2025, 1, 1)] * 3, "fees": [Decimal(0)] * 3,
        "due_dates": [date(2025, 2, at) for at in (1, 2, 3)], "interests": amounts,
        "principals": amounts,
    }  # fmt: skip

    Schedule.objects.bulk_create([Schedule(version=8, **said)])
    copy_rows([Schedule(version=9, **said)])

    by_django, by_copy = Schedule.objects.filter(version__gte=8).order_by("version")
    for name in ("numbers", "from_dates", "due_dates", "principals", "interests", "fees"):
        assert getattr(by_copy, name) == getattr(by_django, name)


@pytest.mark.django_db
def test_constraints_hold_and_nothing_is_written():
    loan = build_loan(build_portfolio())
    before = Vehicle.objects.count()

    with pytest.raises(IntegrityError), transaction.atomic():
        copy_rows([Vehicle(loan=loan), Vehicle(loan=loan, value_amount=Decimal("-1.00"))])

    assert Vehicle.objects.count() == before


def test_a_null_is_not_the_text_that_means_null():
    assert copy_cell(None) == "\\N"
    assert copy_cell("\\N") == "\\\\N"


@pytest.mark.django_db(transaction=True)
def test_two_processes_share_the_work_and_a_failed_one_is_told():
    portfolio = build_portfolio()
    build_product(portfolio)

    def work(share, of):
        if share == 1 and of == 2:
            raise ValueError("out of order")

    with pytest.raises(ProcessFailed):
        share_among(2, work)
    assert type(portfolio).objects.filter(pk=portfolio.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_every_share_is_worked_on_in_a_connection_of_its_own():
    portfolio = build_portfolio()

    def work(share, of):
        type(portfolio).objects.filter(pk=portfolio.pk).update(name=f"{share} of {of}")
        if share == 0:
            build_product(portfolio, code="first")
        else:
            build_product(portfolio, code="second")

    share_among(2, work)

    assert set(portfolio.products.values_list("code", flat=True)) == {"first", "second"}


@pytest.mark.django_db
def test_rows_of_several_tables_are_written_by_one_statement(django_assert_num_queries):
    portfolio = build_portfolio()
    loan = Loan(
        portfolio=portfolio,
        product=build_product(portfolio),
        contract_no="C1",
        started_on=date(2025, 1, 31),
        principal_amount=Decimal("1000"),
        attributes={"note": NASTY},
    )
    moments = [loan_change(loan, day) for day in (1, 2)]

    with django_assert_num_queries(1):
        insert_together([loan, *moments])

    assert Loan.objects.get(pk=loan.pk).attributes == {"note": NASTY}
    assert list(PositionChange.objects.order_by("pk").values_list("on__day", flat=True)) == [1, 2]
    loan.contract_no = "C2"
    loan.save()
    assert Loan.objects.get().contract_no == "C2"


def loan_change(loan, day):
    return PositionChange(
        loan=loan,
        portfolio=loan.portfolio,
        on=date(2025, 2, day),
        cause="reversal",
        overdue_before=Decimal("0"),
        overdue_after=Decimal("10"),
    )

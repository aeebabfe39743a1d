"""Changed conventions reach every stored position: at once, or with the next close."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connections

from core.audit import AuditEntry
from loans.delinquency import recounting, refresh
from loans.delinquency.models import PositionChange
from loans.delinquency.services import age_portfolio
from loans.delinquency.verification import verify_portfolio
from loans.portfolios.schemes import CHINA_FINE
from loans.portfolios.services import change_portfolio, change_product, set_business_date
from loans.repayments.rows import ChargeRow
from loans.repayments.services import record_charges, record_repayment
from tests.loans.builders import (
    BOOKS_ON,
    CLERK,
    build_loan,
    build_portfolio,
    build_product,
    build_scheme,
    position_of,
)

pytestmark = pytest.mark.django_db

#: Each with a value that changes what is stored for the loans below.
CHANGES = {
    "due_day_counts": lambda: True,
    "grace_days": lambda: 40,
    "tolerance_amount": lambda: Decimal("65.00"),
    "tolerance_fraction": lambda: Decimal("0.6"),
    "bucket_scheme": lambda: build_scheme(CHINA_FINE),
    "bucket_basis": lambda: "delinquent_days",
}


@pytest.fixture
def portfolio():
    portfolio = build_portfolio()
    product = build_product(portfolio)
    for month in (2, 4, 5):
        loan = build_loan(portfolio, product=product)
        fee = ChargeRow(
            contract_no=loan.contract_no,
            kind="fee",
            amount=Decimal("12.00"),
            due_on=date(2025, 2, 1),
        )
        record_charges(portfolio=portfolio, rows=[fee], by=CLERK)
        record_repayment(
            loan=loan, amount=Decimal("170.00"), value_on=date(2025, month, 15), by=CLERK
        )
    return portfolio


@pytest.fixture
def is_large(monkeypatch):
    monkeypatch.setattr(recounting, "AT_ONCE", 2)


def close(portfolio):
    """The next close, as far as positions go."""
    age_portfolio(portfolio=portfolio, on=BOOKS_ON)
    set_business_date(portfolio=portfolio, to=BOOKS_ON + timedelta(days=1), by=CLERK)
    age_portfolio(portfolio=portfolio, on=BOOKS_ON + timedelta(days=1))


@pytest.mark.parametrize("name", CHANGES)
def test_a_small_portfolio_is_counted_anew_at_once(portfolio, name):
    change_portfolio(portfolio=portfolio, changes={name: CHANGES[name]()}, by=CLERK)

    assert verify_portfolio(portfolio=portfolio) == []
    data = AuditEntry.objects.get(action="portfolio.change").data
    assert (data["loans_recounted"], data["recounted"]) == (3, "at once")


@pytest.mark.parametrize("name", CHANGES)
def test_a_large_portfolio_is_counted_anew_by_the_next_close(portfolio, name, is_large):
    change_portfolio(portfolio=portfolio, changes={name: CHANGES[name]()}, by=CLERK)

    assert verify_portfolio(portfolio=portfolio) != []
    close(portfolio)

    assert verify_portfolio(portfolio=portfolio) == []
    data = AuditEntry.objects.get(action="portfolio.change").data
    assert (data["loans_recounted"], data["recounted"]) == (3, "at the next close")


def test_without_the_mark_the_close_would_leave_positions_as_they_were(
    portfolio, is_large, monkeypatch
):
    monkeypatch.setattr(recounting, "_mark", lambda *of: 0)
    change_portfolio(portfolio=portfolio, changes={"tolerance_amount": Decimal("65.00")}, by=CLERK)

    close(portfolio)

    assert verify_portfolio(portfolio=portfolio) != []


@pytest.mark.parametrize("at_once", [0, 2000])
def test_a_product_brings_only_its_own_loans(portfolio, monkeypatch, at_once):
    monkeypatch.setattr(recounting, "AT_ONCE", at_once)
    other = build_loan(portfolio, product=build_product(portfolio))
    before = position_of(other)
    product = portfolio.products.exclude(pk=other.product_id).get()

    change_product(product=product, conventions={"allocation": "fees_last"}, by=CLERK)

    assert position_of(other).next_transition_on == before.next_transition_on
    close(portfolio)
    assert verify_portfolio(portfolio=portfolio) == []
    assert AuditEntry.objects.get(action="product.change").data["loans_recounted"] == 3


def test_who_works_the_loans_hears_of_it_and_a_change_of_nothing_is_nothing(portfolio):
    heard = PositionChange.objects.count()

    change_portfolio(portfolio=portfolio, changes={"tolerance_amount": Decimal("0")}, by=CLERK)
    assert "recounted" not in AuditEntry.objects.get(action="portfolio.change").data
    change_portfolio(portfolio=portfolio, changes={"tolerance_amount": Decimal("65.00")}, by=CLERK)

    assert PositionChange.objects.filter(cause="conventions").count() == 3
    assert PositionChange.objects.count() == heard + 3


def change_while_a_repayment_is_replayed(portfolio, monkeypatch):
    """A repayment reads the old convention, the convention changes, the repayment is stored."""
    loan = portfolio.loans.first()
    has_read, may_store = threading.Event(), threading.Event()
    store = refresh._store

    def store_late(*of):
        if threading.current_thread() is payer:
            has_read.set()
            may_store.wait(timeout=2)
        store(*of)

    def work(do):
        try:
            do()
        finally:
            connections.close_all()

    def pay():
        record_repayment(loan=loan, amount=Decimal("1.00"), value_on=BOOKS_ON, by=CLERK)

    def change():
        has_read.wait(timeout=10)
        tolerance = {"tolerance_amount": Decimal("65.00")}
        change_portfolio(portfolio=portfolio, changes=tolerance, by=CLERK)
        may_store.set()

    payer = threading.Thread(target=work, args=(pay,))
    changer = threading.Thread(target=work, args=(change,))
    monkeypatch.setattr(refresh, "_store", store_late)
    for thread in (payer, changer):
        thread.start()
    for thread in (payer, changer):
        thread.join()
    close(portfolio)
    return verify_portfolio(portfolio=portfolio)


@pytest.mark.django_db(transaction=True)
def test_a_repayment_underway_does_not_wipe_the_mark_away(portfolio, is_large, monkeypatch):
    assert change_while_a_repayment_is_replayed(portfolio, monkeypatch) == []


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_repayment_underway_wipes_it_away(portfolio, is_large, monkeypatch):
    """The race that locking the loans before they are marked ends."""
    monkeypatch.setattr(recounting, "_LOCK", "SELECT 0")

    assert change_while_a_repayment_is_replayed(portfolio, monkeypatch) != []

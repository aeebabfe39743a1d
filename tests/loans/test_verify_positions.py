"""verify_positions finds nothing where all is well, and every planted change."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from loans.delinquency.ageing import age_portfolio
from loans.delinquency.models import BucketStay, Instalment, Position
from loans.portfolios.models import Portfolio
from loans.repayments.models import Allocation
from loans.repayments.services import record_repayment
from tests.loans.builders import CLERK, build_loan, build_portfolio

pytestmark = pytest.mark.django_db


@pytest.fixture
def loan():
    loan = build_loan(build_portfolio(code="checked"), contract_no="K-1")
    record_repayment(loan=loan, amount=Decimal("150.00"), value_on=date(2025, 2, 20), by=CLERK)
    return loan


def run() -> str:
    out = StringIO()
    call_command("verify_positions", portfolio="checked", stdout=out)
    return out.getvalue()


def test_stored_figures_follow_from_the_facts(loan):
    assert "checked: 1 loans, 0 differences" in run()


@pytest.mark.parametrize(
    ("model", "change", "figure"),
    [
        (Position, {"outstanding_amount": Decimal("1.00")}, "outstanding_amount"),
        (Position, {"bucket": "current"}, "bucket"),
        (Position, {"is_set_aside": True}, "is_set_aside"),
        (Instalment, {"satisfied_on": date(2025, 2, 21)}, "instalment 1"),
        (Allocation, {"principal": Decimal("1.00")}, "allocation"),
        (BucketStay, {"bucket": "other"}, "bucket history"),
    ],
)
def test_a_planted_change_is_found(loan, model, change, figure, capsys):
    model.objects.filter(loan=loan).update(**change)
    out = StringIO()

    with pytest.raises(CommandError, match="figures differ") as failed:
        call_command("verify_positions", portfolio="checked", stdout=out)

    assert failed.value.returncode == 1
    assert f"checked: K-1 {figure}" in out.getvalue()


def test_books_that_a_close_just_moved_on_show_no_difference():
    """Also when the loan enters a bucket on the day the books are now on, not closed yet."""
    portfolio = build_portfolio(code="checked", business_date=date(2025, 1, 13))
    loan = build_loan(portfolio)
    for day in range(36):
        on = date(2025, 1, 13) + timedelta(days=day)
        age_portfolio(portfolio=portfolio, on=on)
        Portfolio.objects.filter(pk=portfolio.pk).update(business_date=on + timedelta(days=1))

        assert "checked: 1 loans, 0 differences" in run(), on

    stays = BucketStay.objects.filter(loan=loan).order_by("entered_on")
    assert [stay.bucket for stay in stays] == ["current", "1-29", "30-59"]


def test_a_missing_row_is_found(loan):
    Instalment.objects.filter(loan=loan, number=3).delete()
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("verify_positions", portfolio="checked", stdout=out)

    assert "instalment 3: stored none" in out.getvalue()


def test_an_unknown_portfolio_is_named(loan):
    with pytest.raises(CommandError, match="No portfolio nowhere; there are: checked"):
        call_command("verify_positions", portfolio="nowhere")

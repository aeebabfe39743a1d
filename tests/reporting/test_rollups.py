"""The read models: kept from facts, as known at the close, and equal to what they are made of."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import F, Sum

from collections_app.cases.models import Case
from collections_app.close.models import CloseDone
from collections_app.close.services import catch_up
from core.facts.topics import drain
from loans.delinquency.models import Position
from loans.delinquency.queries import position_at
from loans.portfolios.models import Portfolio
from loans.repayments.models import Repayment
from loans.repayments.rows import RepaymentRow
from loans.repayments.services import record_repayments, reverse
from reporting.rollups.models import BookDay, BookLine, BookRollup, EventLine, EventRollup
from reporting.rollups.services import rebuild, rebuild_events, take_book
from reporting.rollups.verification import verify
from tests.loans.builders import CLERK
from tests.reporting.books import (
    OPENED_ON,
    build_busy_lender,
    build_lender,
    lend,
    move_case,
    pass_days,
    settle_everything,
)

pytestmark = pytest.mark.django_db


def _differences(portfolio) -> int:
    return sum(checked.differences for checked in verify(portfolio=portfolio))


def test_every_figure_equals_what_it_is_made_of():
    lender = build_busy_lender(loans=12, days=40)

    for portfolio in lender.portfolios:
        assert EventLine.objects.filter(portfolio=portfolio).count() > 60
        assert _differences(portfolio) == 0


def test_a_wrong_sum_is_found_and_made_anew():
    lender = build_busy_lender(loans=6, days=12)
    portfolio = lender.dollars
    day = BookDay.objects.filter(portfolio=portfolio).latest("on").on
    first = BookRollup.objects.filter(portfolio=portfolio, on=day).first()
    BookRollup.objects.filter(pk=first.pk).update(overdue_amount=F("overdue_amount") + 1)
    EventRollup.objects.filter(portfolio=portfolio, kind="due").update(event_count=9)
    out = StringIO()

    with pytest.raises(SystemExit):
        call_command("verify_rollups", "--portfolio", portfolio.code, stdout=out)
    call_command("rebuild_rollups", "--portfolio", portfolio.code, stdout=StringIO())

    assert "rebuild_rollups makes the figures anew" in out.getvalue()
    assert _differences(portfolio) == 0


def test_events_lost_are_read_again():
    lender = build_busy_lender(loans=6, days=12)
    before = EventLine.objects.filter(portfolio=lender.dollars, kind="money").count()
    EventLine.objects.filter(portfolio=lender.dollars, kind="money").delete()

    rebuild_events(portfolio=lender.dollars)

    assert before > 0
    assert EventLine.objects.filter(portfolio=lender.dollars, kind="money").count() == before
    assert _differences(lender.dollars) == 0


def test_the_books_say_what_the_positions_said_at_the_close():
    lender = build_lender()
    loans = lend(lender.dollars, loans=8)
    pass_days(lender.dollars, loans, days=20)

    stored = {
        (row.loan_id, row.bucket, row.overdue_amount, row.outstanding_principal)
        for row in Position.objects.filter(portfolio=lender.dollars)
    }
    lines = {
        (row.loan_id, row.place, row.overdue_amount, row.principal_amount)
        for row in BookLine.objects.filter(portfolio=lender.dollars, to_on__isnull=True)
    }
    assert lines == stored


def test_a_day_taken_twice_changes_nothing():
    lender = build_lender()
    pass_days(lender.dollars, lend(lender.dollars, loans=4), days=5)
    day = BookDay.objects.filter(portfolio=lender.dollars).latest("on").on
    before = list(BookRollup.objects.order_by("pk").values_list())

    assert take_book(portfolio=lender.dollars, on=day) is False
    assert list(BookRollup.objects.order_by("pk").values_list()) == before


def test_money_that_lands_after_the_close_is_no_part_of_its_figures():
    """The consumer may come late: loans touched meanwhile are replayed as of the close."""
    lender = build_lender()
    loans = lend(lender.dollars, loans=8)
    pass_days(lender.dollars, loans, days=12)
    portfolio = Portfolio.objects.get(pk=lender.dollars.pk)
    late = Position.objects.filter(portfolio=portfolio, overdue_amount__gt=0).first()
    closed_on = portfolio.business_date

    catch_up(portfolio=portfolio, through=closed_on + timedelta(days=1), by=CLERK)
    record_repayments(
        portfolio=Portfolio.objects.get(pk=portfolio.pk),
        rows=[
            RepaymentRow(
                contract_no=late.loan.contract_no,
                amount=Decimal("500.00"),
                value_on=closed_on + timedelta(days=2),
                external_ref="later",
            )
        ],
        by=CLERK,
    )
    drain(CloseDone.TOPIC)

    expected = position_at(loan=late.loan, as_of=closed_on)
    line = BookLine.objects.filter(loan=late.loan, from_on__lte=closed_on).latest("from_on")
    assert (line.place, line.overdue_amount) == (expected.bucket_code, expected.overdue.total)
    assert line.overdue_amount > 0
    assert BookDay.objects.filter(portfolio=portfolio, on=closed_on).exists()


def test_a_backdated_payment_leaves_closed_days_as_they_were_known():
    lender = build_lender()
    loans = lend(lender.dollars, loans=8)
    pass_days(lender.dollars, loans, days=20)
    portfolio = Portfolio.objects.get(pk=lender.dollars.pk)
    late = Position.objects.filter(portfolio=portfolio, overdue_amount__gt=0).first()
    closed_on = portfolio.business_date - timedelta(days=1)
    before = list(
        BookRollup.objects.filter(portfolio=portfolio, on=closed_on).order_by("pk").values_list()
    )

    record_repayments(
        portfolio=portfolio,
        rows=[
            RepaymentRow(
                contract_no=late.loan.contract_no,
                amount=late.overdue_amount,
                value_on=closed_on - timedelta(days=3),
                external_ref="backdated",
            )
        ],
        by=CLERK,
    )
    settle_everything()
    rebuild(portfolio=portfolio, on=closed_on)

    after = BookRollup.objects.filter(portfolio=portfolio, on=closed_on).order_by("pk")
    assert [row[3:] for row in after.values_list()] == [row[3:] for row in before]
    assert not Position.objects.get(pk=late.pk).overdue_amount


def test_money_belongs_to_who_held_the_case_when_it_came():
    lender = build_lender()
    loans = lend(lender.dollars, loans=8)
    pass_days(lender.dollars, loans, days=15)
    portfolio = Portfolio.objects.get(pk=lender.dollars.pk)
    case = Case.objects.filter(portfolio=portfolio, state="open", assignee__isnull=False).first()
    holder, other = case.assignee, lender.pete if case.assignee != lender.pete else lender.ana
    record_repayments(
        portfolio=portfolio,
        rows=[
            RepaymentRow(
                contract_no=case.loan.contract_no,
                amount=Decimal("10.00"),
                value_on=portfolio.business_date,
                external_ref="held",
            )
        ],
        by=CLERK,
    )
    settle_everything()

    move_case(case, other)
    rebuild_events(portfolio=portfolio)

    line = EventLine.objects.get(kind="money", amount=Decimal("10.00"), loan=case.loan)
    assert line.agent == holder
    assert _differences(portfolio) == 0


def test_money_on_a_loan_without_a_case_belongs_to_nobody():
    lender = build_lender()
    pass_days(lender.dollars, lend(lender.dollars, loans=1), days=3)
    settle_everything()

    line = EventLine.objects.get(kind="money")
    assert line.agent is None
    assert line.team is None


def test_reversed_money_counts_as_returned_and_no_longer_as_collected():
    lender = build_lender()
    pass_days(lender.dollars, lend(lender.dollars, loans=1), days=3)
    settle_everything()
    repayment = Repayment.objects.get(loan__portfolio=lender.dollars)

    reverse(fact=repayment, reason="wrong loan", by=CLERK, value_on=repayment.value_on)
    settle_everything()

    sums = EventRollup.objects.filter(kind="money").values_list("mark").annotate(Sum("amount"))
    assert dict(sums) == {"settled": Decimal(0), "returned": repayment.amount}


def test_who_became_late_on_day_one():
    """Eight loans due on the 1st to the 8th: those that pay when due do not enter."""
    lender = build_lender()
    pass_days(lender.dollars, lend(lender.dollars, loans=8), days=12)

    marks = dict(
        EventLine.objects.filter(kind="due", on__range=(date(2025, 2, 1), date(2025, 2, 8)))
        .values_list("mark")
        .annotate(n=Sum(1))
    )
    entries = EventLine.objects.filter(kind="move", mark="entry").count()
    # Of each four loans one pays on the day (but 60 of 110 where its number divides by five).
    assert marks == {"met": 1, "late": 7}
    assert entries == 7


def test_days_are_taken_in_their_order():
    lender = build_lender()
    pass_days(lender.dollars, lend(lender.dollars, loans=2), days=4)

    with pytest.raises(ValueError, match="later day"):
        rebuild(portfolio=lender.dollars, on=OPENED_ON - timedelta(days=10))

    assert not BookDay.objects.filter(on__lt=OPENED_ON).exists()


def test_the_history_from_before_the_books_were_opened_can_be_taken():
    lender = build_lender()
    loans = lend(lender.dollars, loans=3)

    assert take_book(portfolio=lender.dollars, on=OPENED_ON - timedelta(days=8))
    pass_days(lender.dollars, loans, days=3)
    settle_everything()

    assert BookDay.objects.filter(portfolio=lender.dollars).count() == 4
    assert _differences(lender.dollars) == 0

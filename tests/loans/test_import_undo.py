"""Undoing an import: what goes, what stays, and what stands against it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine

from core import clock
from core.audit.models import AuditEntry
from loans.contracts.models import Loan, Schedule
from loans.delinquency.models import Position
from loans.delinquency.verification import verify_portfolio
from loans.imports.kinds import all_kinds
from loans.imports.models import ImportBatch, ImportState
from loans.imports.undo import NOT_UNDOABLE, UNDOABLE, preview_undo, undo_import
from loans.portfolios.models import FeedWatermark
from loans.portfolios.refusals import Refused
from loans.repayments.models import Repayment, Reversal
from loans.repayments.services import record_repayment
from tests.loans.builders import CLERK, build_portfolio, build_product
from tests.loans.import_files import (
    LOAN_HEADERS,
    PARTY_HEADERS,
    REPAYMENT_HEADERS,
    SCHEDULE_HEADERS,
    bring_in,
    csv_bytes,
    loan_rows,
    party_rows,
    repayment_rows,
    schedule_rows,
)

pytestmark = pytest.mark.django_db

COUNT = 3
FILES = {
    "parties": (PARTY_HEADERS, party_rows),
    "loans": (LOAN_HEADERS, loan_rows),
    "schedules": (SCHEDULE_HEADERS, schedule_rows),
    "repayments": (REPAYMENT_HEADERS, repayment_rows),
}


@pytest.fixture
def portfolio(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    portfolio = build_portfolio(
        code="af-cn", ledger="external", country="CN", business_date=date(2025, 6, 30)
    )
    build_product(portfolio)
    return portfolio


@pytest.fixture
def load(portfolio, tmp_path):
    def _load(kind, count=COUNT):
        headers, rows = FILES[kind]
        path = tmp_path / f"{kind}.csv"
        path.write_bytes(csv_bytes(headers, rows(count)))
        outcome = bring_in(portfolio, kind, path)
        assert not outcome.is_refused, outcome.summary()
        return outcome

    return _load


def undo(batch, reason="the wrong file"):
    return undo_import(batch=batch, reason=reason, by=CLERK)


def positions(portfolio):
    columns = (
        "loan__contract_no",
        "status",
        "oldest_unsatisfied_due_on",
        "bucket",
        "overdue_amount",
        "outstanding_amount",
        "overpaid_amount",
        "next_due_on",
        "last_repayment_on",
        "aged_on",
    )
    found = Position.objects.filter(portfolio=portfolio)
    return list(found.order_by("loan__contract_no").values_list(*columns))


def test_undone_repayments_leave_the_positions_that_were_before(portfolio, load):
    for kind in ("parties", "loans", "schedules"):
        load(kind)
    before = positions(portfolio)
    batch = load("repayments").batch
    assert positions(portfolio) != before

    undone = undo(batch)

    assert positions(portfolio) == before
    assert verify_portfolio(portfolio=portfolio) == []
    assert undone.state == ImportState.UNDONE
    assert undone.undo_reason == "the wrong file"
    assert Reversal.objects.count() == Repayment.objects.count() == 3 * COUNT
    assert AuditEntry.objects.filter(action="import.undo", reason="the wrong file").count() == 1


def test_the_same_file_may_come_again_after_undo(portfolio, load):
    for kind in ("parties", "loans", "schedules"):
        load(kind)
    batch = load("repayments").batch
    loaded = positions(portfolio)
    undo(batch)

    again = load("repayments")

    assert not again.was_loaded_before
    assert again.batch.pk != batch.pk
    assert again.batch.created_count == 3 * COUNT
    assert positions(portfolio) == loaded
    assert verify_portfolio(portfolio=portfolio) == []
    assert load("repayments").was_loaded_before


def test_a_file_brought_again_and_undone_again_may_come_a_third_time(portfolio, load):
    for kind in ("parties", "loans", "schedules"):
        load(kind)
    undo(load("repayments").batch)
    undo(load("repayments").batch)

    third = load("repayments").batch

    assert third.created_count == 3 * COUNT
    assert sorted(set(Repayment.objects.values_list("edition", flat=True))) == [0, 1, 2]
    assert verify_portfolio(portfolio=portfolio) == []


def test_undone_schedules_leave_loans_as_if_none_had_been_stated(portfolio, load):
    load("parties")
    load("loans")
    before = positions(portfolio)
    batch = load("schedules").batch

    undo(batch)
    assert positions(portfolio) == before
    again = load("schedules").batch

    assert again.created_count == COUNT
    assert Schedule.objects.filter(loan__portfolio=portfolio).count() == 2 * COUNT
    assert verify_portfolio(portfolio=portfolio) == []


def test_undone_loans_leave_the_books_and_may_be_opened_again(portfolio, load):
    load("parties")
    batch = load("loans").batch

    undo(batch)
    assert positions(portfolio) == []
    assert Loan.objects.standing().count() == 0
    assert Loan.objects.count() == COUNT, "what was stated stays readable"
    assert verify_portfolio(portfolio=portfolio) == []
    again = load("loans").batch

    assert again.created_count == COUNT
    assert Loan.objects.standing().count() == COUNT
    load("schedules")
    load("repayments")
    assert verify_portfolio(portfolio=portfolio) == []


def test_an_import_that_others_were_built_on_names_them_and_stays(portfolio, load):
    load("parties")
    batch = load("loans").batch
    load("schedules")
    before = positions(portfolio)

    preview = preview_undo(batch=batch)
    with pytest.raises(Refused, match="Something was built"):
        undo(batch)

    assert not preview.is_possible
    assert {touch.contract_no for touch in preview.touches} == {
        "AF-000001",
        "AF-000002",
        "AF-000003",
    }
    batch.refresh_from_db()
    assert batch.state == ImportState.LOADED
    assert positions(portfolio) == before
    assert Loan.objects.standing().count() == COUNT


def test_later_money_on_one_loan_keeps_the_import(portfolio, load):
    for kind in ("parties", "loans", "schedules"):
        load(kind)
    batch = load("repayments").batch
    loan = Loan.objects.get(contract_no="AF-000002")
    record_repayment(loan=loan, amount=Decimal("5.00"), value_on=date(2025, 6, 1), by=CLERK)

    with pytest.raises(Refused):
        undo(batch)

    assert not Reversal.objects.exists()


def test_in_the_reverse_order_everything_can_be_undone(portfolio, load):
    load("parties")
    loans, schedules = load("loans").batch, load("schedules").batch
    repayments = load("repayments").batch

    undo(repayments)
    # The reversals of what was undone are no work that stands on the schedules.
    undo(schedules)
    undo(loans)

    assert positions(portfolio) == []
    assert verify_portfolio(portfolio=portfolio) == []


def test_after_a_day_an_import_stays(portfolio, load):
    for kind in ("parties", "loans", "schedules"):
        load(kind)
    batch = load("repayments").batch

    with time_machine.travel(clock.now() + timedelta(hours=24, minutes=1), tick=False):
        with pytest.raises(Refused, match="A day has passed"):
            undo(batch)
        assert not preview_undo(batch=batch).is_possible
    assert not Reversal.objects.exists()


def test_a_reason_is_needed(portfolio, load):
    load("parties")
    batch = load("loans").batch

    with pytest.raises(Refused, match="Say why"):
        undo(batch, reason="  ")

    assert Loan.objects.standing().count() == COUNT


def test_what_replaced_values_in_place_says_what_to_do_instead(load):
    batch = load("parties").batch

    with pytest.raises(Refused, match="take the place of these"):
        undo(batch)

    batch.refresh_from_db()
    assert batch.state == ImportState.LOADED


def test_every_kind_can_be_undone_or_says_why_not():
    assert set(all_kinds()) == UNDOABLE | set(NOT_UNDOABLE)


def test_the_mark_of_the_feed_goes_back_to_the_newest_import_that_stands(portfolio, load, tmp_path):
    for kind in ("parties", "loans", "schedules"):
        load(kind)
    first = load("repayments", count=1).batch
    rows = [["AF-000002", "2025-06-20", "10.00", "LATE-1"]]
    path = tmp_path / "late.csv"
    path.write_bytes(csv_bytes(REPAYMENT_HEADERS, rows))
    late = bring_in(portfolio, "repayments", path).batch
    mark = FeedWatermark.objects.get(portfolio=portfolio, feed="repayments")
    assert mark.through_on == date(2025, 6, 20)

    undo(late)

    mark.refresh_from_db()
    assert mark.through_on == first.through_on
    undo(first)
    assert not FeedWatermark.objects.filter(portfolio=portfolio, feed="repayments").exists()


def test_undoing_twice_changes_nothing_more(portfolio, load):
    for kind in ("parties", "loans", "schedules"):
        load(kind)
    batch = load("repayments").batch
    undo(batch)
    count = Reversal.objects.count()

    undo(ImportBatch.objects.get(pk=batch.pk))

    assert Reversal.objects.count() == count

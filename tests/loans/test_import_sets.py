"""Payments that are written in whole sets leave the books that rows one by one leave."""

from __future__ import annotations

from datetime import date

import pytest

from core.audit.models import AuditEntry
from loans.delinquency.unreplayed import replay_new_loans
from loans.delinquency.verification import verify_portfolio
from loans.imports.models import ImportBatch, RowError, StagedRow
from loans.repayments import staged
from loans.repayments.models import Repayment
from tests.loans.builders import build_portfolio, build_product
from tests.loans.import_files import (
    REPAYMENT_HEADERS,
    bring_in,
    contract,
    csv_bytes,
    repayment_rows,
    write_portfolio_files,
)
from tests.loans.table_hash import hash_of_tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.IMPORT_BATCH_ROWS = 6
    write_portfolio_files(tmp_path, 5)
    # What is known, what came back, what is new: of one loan each, and of one loan together.
    again = repayment_rows(2)
    more = [
        [contract(3), "2025-05-15", "700.00", "T3-4", "成功"],
        [contract(3), "2025-05-16", "12.50", "T3-5", "处理中"],
        [contract(4), "2025-05-15", "700.00", "T4-4", "退票"],
        [contract(4), "2025-05-17", "700.00", "T4-5", ""],
        [contract(2), "2025-05-15", "700.00", "T2-4", ""],
        [contract(5), "2025-05-15", "3.00", "", ""],
        [contract(5), "2025-05-15", "3.00", "", ""],
    ]
    rows = [[*row, ""] for row in again] + more
    (tmp_path / "more.csv").write_bytes(csv_bytes([*REPAYMENT_HEADERS, "状态"], rows))
    return tmp_path


def books(code, folder, *, new_loans_wait):
    portfolio = build_portfolio(
        code=code, ledger="external", country="CN", business_date=date(2025, 6, 30)
    )
    build_product(portfolio, code="auto")
    files = ("parties", "loans", "schedules", "repayments", "more")
    for name in files:
        kind = "repayments" if name == "more" else name
        outcome = bring_in(portfolio, kind, folder / f"{name}.csv", new_loans_wait=new_loans_wait)
        assert not outcome.is_refused, outcome.summary()
    replay_new_loans(portfolio=portfolio)
    return portfolio


def said(portfolio):
    """What the imports and the trail say about the payments."""
    batches = ImportBatch.objects.filter(portfolio=portfolio, kind="repayments").order_by("pk")
    entries = AuditEntry.objects.filter(portfolio_id=portfolio.pk, action="repayment.record")
    return (
        list(batches.values_list("done_count", "created_count", "updated_count", "totals")),
        sum(entries.values_list("count", flat=True)),
        sorted(
            Repayment.objects.filter(loan__portfolio=portfolio).values_list(
                "loan__contract_no", "external_ref", "state", "entered_by", "edition"
            )
        ),
    )


def test_sets_and_single_rows_leave_the_same_books(folder, monkeypatch):
    by_row = books("rows", folder, new_loans_wait=False)
    moved = []
    record_staged = staged.record_staged

    def counted(**arguments):
        moved.append(record_staged(**arguments))
        return moved[-1]

    monkeypatch.setattr("loans.imports.kinds.repayments.record_staged", counted)
    in_sets = books("sets", folder, new_loans_wait=True)

    assert sum(moved) == 15 + 2 + 2  # all of the first file; of the second those of loans 3 and 5
    assert hash_of_tables(portfolio=in_sets) == hash_of_tables(portfolio=by_row)
    assert said(in_sets) == said(by_row)
    assert not verify_portfolio(portfolio=in_sets)
    assert not StagedRow.objects.exists()


def test_what_is_wrong_is_found_among_what_is_right(folder):
    portfolio = books("wrong", folder, new_loans_wait=True)
    rows = [
        [contract(1), "2025-05-20", "1.00", "N1"],
        [contract(1), "2025-05-20", "1.00", "N1"],  # twice
        [contract(2), "2025-01-14", "1.00", "N2"],  # before the loan
        [contract(3), "2025-07-08", "1.00", "N3"],  # too far ahead
        [contract(4), "2025-05-15", "7.00", "T4-5"],  # known with another amount
        [contract(5), "2025-05-20", "1.00", "N5"],
        ["AF-UNKNOWN", "2025-05-20", "1.00", "N6"],
    ]
    (folder / "wrong.csv").write_bytes(csv_bytes(REPAYMENT_HEADERS, rows))

    done = bring_in(
        portfolio, "repayments", folder / "wrong.csv", good_rows=True, new_loans_wait=True
    )

    errors = RowError.objects.filter(batch=done.batch).order_by("row_no")
    assert list(errors.values_list("row_no", "code")) == [
        (3, "duplicate"),
        (4, "before_start"),
        (5, "in_future"),
        (6, "reference_differs"),
        (8, "unknown_contract"),
    ]
    came = Repayment.objects.filter(batch=done.batch).values_list("external_ref", flat=True)
    assert sorted(came) == ["N1", "N5"]

"""A large file is shared among processes; the books and the errors are those of one process."""

from __future__ import annotations

from datetime import date

import pytest

from loans.delinquency.verification import verify_portfolio
from loans.imports import services
from loans.imports.models import ImportBatch, RowError, StagedRow
from loans.imports.staging import Part, Stage
from loans.repayments.models import Repayment
from tests.loans.builders import build_portfolio, build_product
from tests.loans.import_files import (
    KINDS,
    REPAYMENT_HEADERS,
    bring_in,
    contract,
    csv_bytes,
    write_portfolio_files,
)
from tests.loans.table_hash import hash_of_tables

pytestmark = pytest.mark.django_db(transaction=True)

LOANS = 7


@pytest.fixture
def folder(tmp_path, settings, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.IMPORT_BATCH_ROWS = 4
    monkeypatch.setattr(services, "_SHARED_FROM", 0)
    write_portfolio_files(tmp_path, LOANS)
    return tmp_path


def _books(code):
    portfolio = build_portfolio(
        code=code, ledger="external", country="CN", business_date=date(2025, 6, 30)
    )
    build_product(portfolio, code="auto")
    return portfolio


def test_two_processes_leave_the_books_that_one_leaves(folder):
    alone, shared = _books("alone"), _books("shared")

    for kind in KINDS:
        for portfolio, processes in ((alone, 1), (shared, 2)):
            outcome = bring_in(portfolio, kind, folder / f"{kind}.csv", processes=processes)
            assert not outcome.is_refused, outcome.summary()

    assert hash_of_tables(portfolio=shared) == hash_of_tables(portfolio=alone)
    assert not verify_portfolio(portfolio=shared)
    assert not StagedRow.objects.exists()
    for kind in KINDS:
        one, two = (ImportBatch.objects.get(portfolio=p, kind=kind) for p in (alone, shared))
        names = ("row_count", "good_count", "done_count", "created_count", "totals", "through_on")
        assert [getattr(two, name) for name in names] == [getattr(one, name) for name in names]


def test_equal_payments_without_a_number_and_bad_rows_are_told_apart_as_by_one(folder):
    rows = [[contract(n % LOANS + 1), "2025-06-20", "25.00", ""] for n in range(21)]
    rows[5][2] = "soon"
    rows[11][0] = "AF-UNKNOWN"
    (folder / "more.csv").write_bytes(csv_bytes(REPAYMENT_HEADERS, rows))
    seen = []
    for code, processes in (("alone", 1), ("shared", 2)):
        portfolio = _books(code)
        for kind in KINDS:
            bring_in(portfolio, kind, folder / f"{kind}.csv")
        done = bring_in(
            portfolio, "repayments", folder / "more.csv", good_rows=True, processes=processes
        )
        errors = RowError.objects.filter(batch=done.batch).order_by("row_no")
        money = Repayment.objects.filter(loan__portfolio=portfolio, batch=done.batch)
        seen.append(
            (
                list(errors.values_list("row_no", "column", "code")),
                sorted(money.values_list("loan__contract_no", "external_ref")),
            )
        )

    assert seen[0] == seen[1]
    assert len(seen[0][0]) == 2
    assert len(seen[0][1]) == 19


def test_a_file_that_cannot_be_read_is_refused_once(folder, capfd):
    (folder / "empty.csv").write_bytes(csv_bytes(REPAYMENT_HEADERS, []))

    outcome = bring_in(_books("none"), "repayments", folder / "empty.csv", processes=2)

    assert outcome.is_refused
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("number", [1, 2, 3, 9])
def test_the_parts_of_a_stage_hold_every_group_once(folder, number):
    portfolio = _books(f"parts{number}")
    batch = bring_in(portfolio, "parties", folder / "parties.csv").batch
    StagedRow.objects.bulk_create(
        StagedRow(batch=batch, row_no=at, group_key=key, payload={})
        for at, key in enumerate("bbbbaacd", 1)
    )
    stage = Stage(batch, services.find_kind("repayments"), batch.data_key)

    parts = stage.parts(number)
    taken = []
    for part in parts:
        while (chunk := stage.take(part, limit=2)) is not None:
            taken.extend(group.key for group in chunk.groups)

    assert len(parts) == number
    assert sorted(taken) == ["a", "b", "c", "d"]
    assert stage.take(Part(), limit=2) is None

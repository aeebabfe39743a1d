"""Importing a portfolio: what comes in, what is checked, and that the same file is taken once."""

import threading
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core.audit import AuditEntry
from core.encryption import blind_index
from loans.borrowers.models import ContactPoint, Party
from loans.contracts.models import Loan, Schedule
from loans.delinquency.models import Position
from loans.imports.models import ImportBatch, ImportState, RowError, StagedRow
from loans.imports.problems import ImportRefused
from loans.imports.services import save_mapping
from loans.portfolios.models import FeedWatermark
from loans.repayments.models import Repayment
from tests.loans.builders import CLERK, build_portfolio, build_product
from tests.loans.import_files import (
    LOAN_HEADERS,
    PARTY_HEADERS,
    REPAYMENT_HEADERS,
    bring_in,
    bring_in_all,
    contract,
    csv_bytes,
    loan_rows,
    party_rows,
    repayment_rows,
    vin,
    write_portfolio_files,
)
from tests.loans.table_hash import hash_of_tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def portfolio(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.IMPORT_BATCH_ROWS = 50
    portfolio = build_portfolio(
        code="af-cn", ledger="external", country="CN", business_date=date(2025, 6, 30)
    )
    build_product(portfolio)
    return portfolio


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    write_portfolio_files(folder, 20)
    return folder


def save(tmp_path, data, name="file.csv"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


def test_a_portfolio_comes_in_and_is_owed(portfolio, files):
    bring_in_all(portfolio, files)

    assert Loan.objects.count() == 20
    assert Schedule.objects.count() == 20
    assert Repayment.objects.count() == 60
    # Three of the five instalments due by 30 June are paid: the fourth was due on 15 May.
    position = Position.objects.get(loan__contract_no=contract(1))
    assert position.oldest_unsatisfied_due_on == date(2025, 5, 15)
    assert StagedRow.objects.count() == 0
    batch = ImportBatch.objects.get(kind="repayments")
    assert batch.state == ImportState.LOADED
    assert batch.totals == {"amount": str(sum(row[2] for row in repayment_rows(20)))}
    assert batch.stored_file is not None
    mark = FeedWatermark.objects.get(portfolio=portfolio, feed="repayments")
    assert mark.through_on == date(2025, 4, 15)


def test_the_same_books_come_from_gb18030_and_from_a_workbook(portfolio, tmp_path, files):
    import openpyxl

    (files / "parties.csv").write_bytes(
        csv_bytes(PARTY_HEADERS, party_rows(20), encoding="gb18030")
    )
    book = openpyxl.Workbook()
    for row in [["贷款台账 2025"], LOAN_HEADERS, *loan_rows(20)]:
        book.active.append(row)
    book.save(files / "loans.xlsx")

    assert (
        bring_in(portfolio, "parties", files / "parties.csv").batch.reading["encoding"] == "gb18030"
    )
    outcome = bring_in(portfolio, "loans", files / "loans.xlsx")

    assert outcome.batch.created_count == 20
    assert outcome.batch.reading["header_row"] == 2
    assert Party.objects.get(customer_no="C-000007").full_name == "张伟7"


def test_the_same_file_again_changes_nothing(portfolio, files):
    bring_in_all(portfolio, files)
    before = hash_of_tables()

    outcome = bring_in(portfolio, "repayments", files / "repayments.csv")

    assert outcome.was_loaded_before
    assert "already loaded as" in outcome.summary()
    assert hash_of_tables() == before


def test_files_that_overlap_book_each_payment_once(portfolio, files, tmp_path):
    bring_in_all(portfolio, files)
    rows = repayment_rows(20, months=4)

    outcome = bring_in(portfolio, "repayments", save(tmp_path, csv_bytes(REPAYMENT_HEADERS, rows)))

    assert (outcome.batch.created_count, outcome.batch.unchanged_count) == (20, 60)
    assert Repayment.objects.count() == 80


def test_payments_without_a_reference_are_known_again(portfolio, files, tmp_path):
    for kind in ("parties", "loans", "schedules"):
        bring_in(portfolio, kind, files / f"{kind}.csv")
    headers = ["合同号", "还款日期", "还款金额"]
    # Two equal payments on one day are two payments.
    rows = [[contract(1), "2025-02-15", "500.00"]] * 2
    bring_in(portfolio, "repayments", save(tmp_path, csv_bytes(headers, rows), "a.csv"))

    rows.append([contract(1), "2025-02-16", "500.00"])
    outcome = bring_in(portfolio, "repayments", save(tmp_path, csv_bytes(headers, rows), "b.csv"))

    assert (outcome.batch.created_count, outcome.batch.unchanged_count) == (1, 2)
    assert Repayment.objects.count() == 3


def test_a_payment_settles_or_comes_back_with_a_later_file(portfolio, files, tmp_path):
    for kind in ("parties", "loans", "schedules"):
        bring_in(portfolio, kind, files / f"{kind}.csv")
    headers = ["contract_no", "value_on", "amount", "reference", "state"]

    def send(name, *states):
        rows = [
            [contract(1), "2025-02-15", "500.00", f"T{n}", state] for n, state in enumerate(states)
        ]
        return bring_in(portfolio, "repayments", save(tmp_path, csv_bytes(headers, rows), name))

    send("a.csv", "pending", "pending", "returned")
    outcome = send("b.csv", "settled", "returned", "returned")

    assert outcome.batch.updated_count == 2
    states = Repayment.objects.order_by("external_ref").values_list("state", "changes__state")
    assert list(states) == [
        ("pending", "settled"),
        ("pending", "returned"),
        ("settled", "returned"),
    ]


def test_check_only_writes_nothing_and_the_file_can_be_loaded_after(portfolio, files):
    outcome = bring_in(portfolio, "parties", files / "parties.csv", check_only=True)

    assert outcome.batch.state == ImportState.CHECKED
    assert outcome.batch.good_count == 20
    assert (Party.objects.count(), StagedRow.objects.count()) == (0, 0)

    outcome = bring_in(portfolio, "parties", files / "parties.csv")

    assert outcome.batch.state == ImportState.LOADED
    assert ImportBatch.objects.count() == 1


def test_control_totals_must_match_what_the_person_expects(portfolio, files):
    for kind in ("parties", "loans", "schedules"):
        bring_in(portfolio, kind, files / f"{kind}.csv")
    path = files / "repayments.csv"
    total = sum(row[2] for row in repayment_rows(20))

    refused = bring_in(portfolio, "repayments", path, expect_rows=61)
    assert refused.batch.refusal == "You expected 61 rows; the file has 60. Nothing was loaded."
    refused = bring_in(portfolio, "repayments", path, expect_sums={"amount": total + 1})
    assert f"adds up to {total}" in refused.batch.refusal
    refused = bring_in(portfolio, "repayments", path, expect_sums={"paid": total})
    assert "amount" in refused.batch.refusal
    assert Repayment.objects.count() == 0

    outcome = bring_in(portfolio, "repayments", path, expect_rows=60, expect_sums={"amount": total})
    assert outcome.batch.state == ImportState.LOADED


def test_the_good_rows_of_a_file_load_without_the_bad_ones(portfolio, files, tmp_path):
    for kind in ("parties", "loans", "schedules"):
        bring_in(portfolio, kind, files / f"{kind}.csv")
    rows = repayment_rows(20)
    rows[3][2] = "-12.00"
    rows[7][0] = "AF-999999"
    path = save(tmp_path, csv_bytes(REPAYMENT_HEADERS, rows))

    refused = bring_in(portfolio, "repayments", path)
    assert refused.batch.refusal == "2 of 60 rows have errors. Nothing was loaded."
    assert Repayment.objects.count() == 0

    outcome = bring_in(portfolio, "repayments", path, good_rows=True)
    assert (outcome.batch.done_count, outcome.batch.bad_count) == (58, 2)
    assert Repayment.objects.count() == 58
    errors = RowError.objects.filter(batch=outcome.batch).values_list("row_no", "column", "code")
    assert list(errors) == [(5, "还款金额", "negative"), (9, "合同号", "unknown_contract")]


def test_personal_rows_wait_sealed_and_are_never_shown_in_full(portfolio, tmp_path, monkeypatch):
    from loans.imports import services

    rows = party_rows(3)
    rows[1][2] = rows[1][2][:-1] + ("0" if rows[1][2][-1] != "0" else "1")
    seen = []

    def look(**kwargs):
        with connection.cursor() as cursor:
            cursor.execute("SELECT row_to_json(t)::text FROM loans_stagedrow t")
            seen.extend(line for (line,) in cursor.fetchall())
        raise AssertionError("not reached")

    monkeypatch.setattr(services, "load_rows", look)
    path = save(tmp_path, csv_bytes(PARTY_HEADERS, rows))
    with pytest.raises(AssertionError):
        bring_in(portfolio, "parties", path, good_rows=True)

    assert len(seen) == 3
    assert not any("张伟" in line or "440301" in line for line in seen)
    error = RowError.objects.get()
    assert error.code == "bad_id_check_digit"
    assert error.value.startswith("4403***")
    assert rows[1][2] not in error.value


def test_contact_points_and_addresses_are_added_to_known_parties(portfolio, files, tmp_path):
    bring_in(portfolio, "parties", files / "parties.csv")
    phones = csv_bytes(["客户号", "手机号"], [["C-000001", "13800138000"], ["C-000002", "4.4E+10"]])

    refused = bring_in(portfolio, "contact_points", save(tmp_path, phones, "phones.csv"))
    assert refused.batch.errors.get().code == "lost_digits"
    good = csv_bytes(["客户号", "手机号"], [["C-000001", "13800138000"]])
    bring_in(portfolio, "contact_points", save(tmp_path, good, "phones2.csv"))
    places = csv_bytes(
        ["客户号", "地址", "省份"], [["C-000001", "广东省深圳市南山区科技园1号", "广东"]]
    )
    bring_in(portfolio, "addresses", save(tmp_path, places, "places.csv"))

    point = ContactPoint.objects.get()
    assert bytes(point.value_index) == blind_index(kind="phone", normalised="+8613800138000")
    assert point.party.full_name == "张伟1"
    assert point.party.addresses.get().region == "广东"


def test_vehicles_and_further_signatories_join_their_loans(portfolio, files, tmp_path):
    bring_in(portfolio, "parties", files / "parties.csv")
    bring_in(portfolio, "loans", files / "loans.csv")
    cars = csv_bytes(
        ["合同号", "车架号", "车牌号", "品牌"], [[contract(1), vin(1), "粤B12345", "大众"]]
    )
    roles = csv_bytes(["合同号", "客户号", "角色"], [[contract(1), "C-000002", "担保人"]])

    bring_in(portfolio, "vehicles", save(tmp_path, cars, "cars.csv"))
    bring_in(portfolio, "signatories", save(tmp_path, roles, "roles.csv"))

    loan = Loan.objects.get(contract_no=contract(1))
    assert loan.vehicles.get().vin == vin(1)
    assert set(loan.parties.values_list("party__customer_no", "role")) == {
        ("C-000001", "borrower"),
        ("C-000002", "guarantor"),
    }


def test_a_mapping_names_the_headers_of_a_lender(portfolio, files, tmp_path):
    bring_in(portfolio, "parties", files / "parties.csv")
    mapping = save_mapping(
        portfolio=portfolio,
        kind="loans",
        name="Bank A",
        headers={"Vertrag": "contract_no", "Kunde": "customer_no", "Betrag": "principal_amount"},
        date_order="dmy",
        has_decimal_comma=True,
        by=CLERK,
    )
    data = b"Vertrag;Kunde;Betrag;started_on\nAF-1;C-000001;12.000,50;15.01.2025\n"

    bring_in(portfolio, "loans", save(tmp_path, data), mapping=mapping)

    assert Loan.objects.get().principal_amount == Decimal("12000.50")
    with pytest.raises(ImportRefused, match="does not have: colour"):
        save_mapping(portfolio=portfolio, kind="loans", name="B", headers={"x": "colour"}, by=CLERK)


def test_an_older_file_does_not_replace_newer_data(portfolio, tmp_path):
    new, old = party_rows(1), party_rows(1)
    new[0][1], old[0][1] = "张新", "张旧"
    headers = PARTY_HEADERS

    bring_in(
        portfolio,
        "parties",
        save(tmp_path, csv_bytes(headers, new), "n.csv"),
        through_on=date(2025, 6, 20),
    )
    outcome = bring_in(
        portfolio,
        "parties",
        save(tmp_path, csv_bytes(headers, old), "o.csv"),
        through_on=date(2025, 6, 19),
    )

    assert outcome.is_refused
    assert "does not replace newer data" in outcome.batch.refusal
    assert Party.objects.get().full_name == "张新"


def test_one_line_of_the_trail_stands_for_a_batch_of_rows(portfolio, files):
    bring_in(portfolio, "parties", files / "parties.csv")

    entries = AuditEntry.objects.filter(object_type="loans.ImportBatch").order_by("id")
    assert [(entry.action, entry.count) for entry in entries] == [
        ("import.start", 1),
        ("import.load_rows", 20),
        ("import.finish", 1),
    ]


@pytest.mark.django_db(transaction=True)
def test_two_runners_of_one_file_load_it_once(portfolio, files):
    bring_in(portfolio, "parties", files / "parties.csv")
    outcomes = []
    gate = threading.Barrier(2)

    def run():
        gate.wait()
        try:
            outcomes.append(bring_in(portfolio, "loans", files / "loans.csv").summary())
        except ImportRefused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Loan.objects.count() == 20
    assert ImportBatch.objects.filter(kind="loans", state="loaded").count() == 1
    assert sum("loaded 20 rows" in outcome for outcome in outcomes) == 1
    assert any(outcome == "import_running" or "already loaded" in outcome for outcome in outcomes)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_runners_would_collide(portfolio, files, monkeypatch):
    """Shows the race that the lock closes: both find no batch, and only the constraint is left."""
    from contextlib import nullcontext

    from django.db import IntegrityError

    from loans.imports import services

    monkeypatch.setattr(services, "session_lock", lambda *args, **kwargs: nullcontext())
    gate = threading.Barrier(2)
    found = services._standing_batch

    def find_together(*args):
        batch = found(*args)
        gate.wait(timeout=10)
        return batch

    monkeypatch.setattr(services, "_standing_batch", find_together)
    errors = []

    def run():
        try:
            bring_in(portfolio, "parties", files / "parties.csv")
        except IntegrityError as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(errors) == 1
    assert "import_same_file_once" in str(errors[0])


# --- the command -------------------------------------------------------------------------


def test_the_command_imports_a_folder_in_the_order_of_dependence(portfolio, files, capsys):
    call_command("import_portfolio", str(files), portfolio="af-cn")

    printed = capsys.readouterr().out
    assert printed.index("parties.csv: loaded") < printed.index("loans.csv: loaded")
    assert "repayments.csv: loaded 60 rows: 60 new" in printed
    assert Repayment.objects.count() == 60


def test_the_command_prints_errors_and_writes_all_of_them(portfolio, tmp_path, capsys):
    rows = party_rows(2)
    rows[1][2] = "4.40301E+17"
    path = save(tmp_path, csv_bytes(PARTY_HEADERS, rows), "parties.csv")
    errors = tmp_path / "errors.csv"

    with pytest.raises(CommandError, match="1 of 2 rows have errors"):
        call_command(
            "import_portfolio", str(path), portfolio="af-cn", kind="parties", errors_to=str(errors)
        )

    assert "row 3" in capsys.readouterr().err
    lines = errors.read_text(encoding="utf-8-sig").splitlines()
    assert lines[1].startswith("3,身份证号,")
    assert "Format the column as text" in lines[1]
    assert "4.40301E+17" in lines[1]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"portfolio": "nowhere", "kind": "loans"}, "There is no portfolio nowhere"),
        ({"portfolio": "af-cn", "kind": "cars"}, "There is no kind cars"),
        ({"portfolio": "af-cn"}, "Say what the file holds"),
        ({"portfolio": "af-cn", "kind": "loans", "mapping": "x"}, "There is no mapping x"),
        ({"portfolio": "af-cn", "kind": "loans", "option": ["a=b"]}, "has no option a"),
        ({"portfolio": "af-cn", "kind": "abs_ee", "due_day": "31"}, "due_day cannot be 31"),
        ({"portfolio": "af-cn", "kind": "loans", "expect_sum": ["principal"]}, "NAME=VALUE"),
    ],
)
def test_the_command_says_what_is_wrong_with_its_arguments(portfolio, files, options, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("import_portfolio", str(files / "loans.csv"), **options)

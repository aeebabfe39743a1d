"""Bad files: each names row, column and remedy, writes nothing, and comes in once corrected."""

from datetime import date

import pytest

from loans.borrowers.models import Party
from loans.contracts.models import Loan, Schedule
from loans.imports.models import ImportState, StagedRow
from loans.imports.problems import SENTENCES, sentence
from loans.repayments.models import Repayment
from tests.loans.builders import build_portfolio, build_product
from tests.loans.import_files import (
    LOAN_HEADERS,
    PARTY_HEADERS,
    REPAYMENT_HEADERS,
    SCHEDULE_HEADERS,
    bring_in,
    contract,
    csv_bytes,
    loan_rows,
    party_rows,
    repayment_rows,
    resident_id,
    schedule_rows,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def portfolio(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    portfolio = build_portfolio(
        code="af-cn", ledger="external", country="CN", business_date=date(2025, 6, 30)
    )
    build_product(portfolio)
    return portfolio


def save(tmp_path, data, name="file.csv"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


def found_in(outcome):
    return list(outcome.batch.errors.values_list("row_no", "column", "code"))


def nothing_written():
    counts = [model.objects.count() for model in (Party, Loan, Schedule, Repayment, StagedRow)]
    return counts == [0, 0, 0, 0, 0]


def change(rows, row, cell, value):
    rows[row][cell] = value
    return rows


PARTY_FAULTS = [
    ("a number a spreadsheet has rounded", 2, "4.40301E+17", "身份证号", "lost_digits"),
    (
        "an id cut to fifteen digits and zeros",
        2,
        "440301199101010000",
        "身份证号",
        "bad_id_check_digit",
    ),
    ("an id that is too short", 2, "4403011991010", "身份证号", "bad_id_length"),
    ("a wrong check digit", 2, resident_id(5)[:-1] + "A", "身份证号", "bad_id_check_digit"),
    ("a formula", 1, "=cmd|'/c calc'!A1", "姓名", "formula"),
    ("a formula in disguise", 1, "@SUM(A1:A9)", "姓名", "formula"),
    ("a spreadsheet's error", 1, "#REF!", "姓名", "cell_error"),
    ("a card number in a name", 1, "张伟 4111 1111 1111 1111", "姓名", "card_number"),
    ("a control character", 1, "张\x07伟", "姓名", "control_character"),
    ("a missing name", 1, "", "姓名", "missing"),
    ("a language nobody speaks here", 3, "克林贡语", "语言", "not_choice"),
    ("a name without end", 1, "张" * 201, "姓名", "too_long"),
]


@pytest.mark.parametrize(
    ("cell", "value", "column", "code"),
    [fault[1:] for fault in PARTY_FAULTS],
    ids=[fault[0] for fault in PARTY_FAULTS],
)
def test_a_bad_cell_of_a_party_is_named(portfolio, tmp_path, cell, value, column, code):
    rows = change(party_rows(3), 1, cell, value)

    outcome = bring_in(portfolio, "parties", save(tmp_path, csv_bytes(PARTY_HEADERS, rows)))

    assert outcome.is_refused
    assert found_in(outcome) == [(3, column, code)]
    assert outcome.batch.errors.get().remedy.endswith(".")
    assert nothing_written()

    good = csv_bytes(PARTY_HEADERS, party_rows(3))
    outcome = bring_in(portfolio, "parties", save(tmp_path, good, "corrected.csv"))
    assert outcome.batch.state == ImportState.LOADED
    assert Party.objects.count() == 3


def test_a_card_number_is_not_even_kept_in_the_list_of_errors(portfolio, tmp_path):
    rows = change(party_rows(1), 0, 1, "4111111111111111")

    outcome = bring_in(portfolio, "parties", save(tmp_path, csv_bytes(PARTY_HEADERS, rows)))

    assert outcome.batch.errors.get().value == "****"


MONEY_FAULTS = [
    ("a negative amount", "-12.00", "negative"),
    ("an amount in brackets", "(12.00)", "negative"),
    ("nothing", "0.00", "not_positive"),
    ("words", "twelve", "not_money"),
    ("thousandths", "12.005", "too_precise"),
    ("a decimal comma", "1.234,50", "not_money"),
    ("commas in wrong places", "12,34.50", "not_money"),
    ("more money than there is", "9999999999999.00", "amount_too_large"),
    ("a rounded number", "1.1E+17", "lost_digits"),
]


@pytest.mark.parametrize(
    ("value", "code"), [fault[1:] for fault in MONEY_FAULTS], ids=[f[0] for f in MONEY_FAULTS]
)
def test_a_bad_amount_is_named(portfolio, tmp_path, value, code):
    rows = change(loan_rows(2), 1, 3, value)

    outcome = bring_in(portfolio, "loans", save(tmp_path, csv_bytes(LOAN_HEADERS, rows)))

    assert (3, "贷款金额", code) in found_in(outcome)
    assert nothing_written()


DATE_FAULTS = [
    ("a day that does not exist", "2025-02-30", "not_date"),
    ("a spreadsheet's day number", "45672", "serial_date"),
    ("day or month first", "03/04/2025", "ambiguous_date"),
    ("another age", "0025-01-15", "date_out_of_range"),
    ("after the books", "2025-08-01", "in_future"),
]


@pytest.mark.parametrize(
    ("value", "code"), [fault[1:] for fault in DATE_FAULTS], ids=[f[0] for f in DATE_FAULTS]
)
def test_a_bad_date_is_named(portfolio, tmp_path, value, code):
    bring_in(portfolio, "parties", save(tmp_path, csv_bytes(PARTY_HEADERS, party_rows(2)), "p.csv"))
    rows = change(loan_rows(2), 0, 2, value)

    outcome = bring_in(portfolio, "loans", save(tmp_path, csv_bytes(LOAN_HEADERS, rows)))

    assert found_in(outcome) == [(2, "放款日期", code)]
    assert Loan.objects.count() == 0


def test_a_contract_that_appears_twice_names_both_rows(portfolio, tmp_path):
    bring_in(portfolio, "parties", save(tmp_path, csv_bytes(PARTY_HEADERS, party_rows(3)), "p.csv"))
    rows = loan_rows(3)
    rows.append(list(rows[0]))
    rows.append([*rows[1][:3], "1.00", "CNY"])

    outcome = bring_in(portfolio, "loans", save(tmp_path, csv_bytes(LOAN_HEADERS, rows)))

    assert found_in(outcome) == [
        (3, "合同号", "duplicate_differs"),
        (5, "合同号", "duplicate"),
        (6, "合同号", "duplicate_differs"),
    ]
    assert "(rows 2 and 5)" in outcome.batch.errors.get(row_no=5).remedy
    assert Loan.objects.count() == 0


def test_what_a_loan_refers_to_must_be_here(portfolio, tmp_path):
    bring_in(portfolio, "parties", save(tmp_path, csv_bytes(PARTY_HEADERS, party_rows(1)), "p.csv"))
    rows = loan_rows(2)
    rows[0][4] = "USD"

    outcome = bring_in(portfolio, "loans", save(tmp_path, csv_bytes(LOAN_HEADERS, rows)))

    assert found_in(outcome) == [
        (2, "币种", "currency_mismatch"),
        (3, "客户号", "unknown_customer"),
    ]


def test_one_customer_number_is_one_person(portfolio, tmp_path):
    rows = [*party_rows(1), *party_rows(1)]
    rows[1][1] = "李娜"

    outcome = bring_in(portfolio, "parties", save(tmp_path, csv_bytes(PARTY_HEADERS, rows)))

    assert found_in(outcome) == [(3, "姓名", "person_differs")]


@pytest.fixture
def with_loans(portfolio, tmp_path):
    bring_in(portfolio, "parties", save(tmp_path, csv_bytes(PARTY_HEADERS, party_rows(2)), "p.csv"))
    bring_in(portfolio, "loans", save(tmp_path, csv_bytes(LOAN_HEADERS, loan_rows(2)), "l.csv"))
    return portfolio


def test_a_schedule_must_add_up_to_the_loan(with_loans, tmp_path):
    rows = schedule_rows(2)
    rows[0][3] += 1

    outcome = bring_in(with_loans, "schedules", save(tmp_path, csv_bytes(SCHEDULE_HEADERS, rows)))

    errors = found_in(outcome)
    assert errors[0] == (2, "应还本金", "schedule_sum")
    # Half a schedule is none: the other rows of the contract are bad with it, those of others good.
    assert errors[1:] == [(row, "", "group_bad") for row in range(3, 14)]
    assert outcome.batch.good_count == 12
    assert Schedule.objects.count() == 0


def test_due_dates_must_rise(with_loans, tmp_path):
    rows = schedule_rows(1)
    rows[5][2] = "2025-02-01"

    outcome = bring_in(with_loans, "schedules", save(tmp_path, csv_bytes(SCHEDULE_HEADERS, rows)))

    assert (7, "应还日期", "schedule_order") in found_in(outcome)


def test_a_payment_before_its_loan_or_under_a_taken_reference_is_named(with_loans, tmp_path):
    first = [[contract(1), "2025-02-15", "500.00", "T1"]]
    bring_in(
        with_loans, "repayments", save(tmp_path, csv_bytes(REPAYMENT_HEADERS, first), "first.csv")
    )
    rows = [
        [contract(1), "2025-02-15", "501.00", "T1"],
        [contract(1), "2025-01-14", "500.00", "T2"],
        [contract(3), "2025-02-15", "500.00", "T3"],
        [contract(2), "2025-09-15", "500.00", "T4"],
    ]

    outcome = bring_in(with_loans, "repayments", save(tmp_path, csv_bytes(REPAYMENT_HEADERS, rows)))

    assert sorted(found_in(outcome)) == [
        (2, "流水号", "reference_differs"),
        (3, "还款日期", "before_start"),
        (4, "合同号", "unknown_contract"),
        (5, "还款日期", "in_future"),
    ]
    assert Repayment.objects.count() == 1


FILES = [
    ("no header", b"1,2,3\n4,5,6\n", "no_header"),
    ("a column is missing", "合同号,还款金额\nAF-1,1.00\n".encode(), "missing_columns"),
    (
        "a column stands twice",
        "合同号,合同编号,还款日期,还款金额\nAF-1,1,2,3\n".encode(),
        "duplicate_headers",
    ),
    ("nothing below the header", "合同号,还款日期,还款金额\n\n\n".encode(), "no_rows"),
    ("an unclosed quotation", '合同号,还款日期,还款金额\n"AF-1,2,3\n'.encode(), "broken_csv"),
    ("NUL bytes", b"contract_no,value_on,amount\nAF\x00-1,1,1\n", "nul_bytes"),
    ("ten thousand columns", b",".join(b"c" for _ in range(10_000)) + b"\n", "too_many_columns"),
]


@pytest.mark.parametrize(
    ("data", "code"), [file[1:] for file in FILES], ids=[file[0] for file in FILES]
)
def test_a_bad_file_is_refused_and_kept_as_refused(portfolio, tmp_path, data, code):
    outcome = bring_in(portfolio, "repayments", save(tmp_path, data))

    assert outcome.is_refused
    template = str(SENTENCES[code]).split("%")[0]
    assert outcome.batch.refusal.startswith(template)
    assert nothing_written()
    # A refused file does not stand in the way of itself.
    assert bring_in(portfolio, "repayments", save(tmp_path, data)).batch.pk != outcome.batch.pk


def test_a_row_with_more_cells_than_the_header_is_named(portfolio, tmp_path):
    data = "客户号,姓名\nC-1,张伟,x\nC-2,李娜\n".encode()

    outcome = bring_in(portfolio, "parties", save(tmp_path, data))

    assert found_in(outcome) == [(2, "", "too_many_cells")]


def test_one_contract_cannot_fill_a_file(with_loans, tmp_path):
    rows = [[contract(1), "2025-02-15", "1.00", f"T{n}"] for n in range(5_001)]

    outcome = bring_in(with_loans, "repayments", save(tmp_path, csv_bytes(REPAYMENT_HEADERS, rows)))

    assert "has more than 5000 rows" in outcome.batch.refusal


def test_every_bad_row_of_many_is_reported_at_its_row(with_loans, tmp_path):
    rows = [
        [contract(1 + n % 2), "2025-02-15", "-1" if n % 7 == 0 else "1.00", f"T{n}"]
        for n in range(2_000)
    ]

    outcome = bring_in(with_loans, "repayments", save(tmp_path, csv_bytes(REPAYMENT_HEADERS, rows)))

    assert [row for row, _column, _code in found_in(outcome)] == [
        n + 2 for n in range(2_000) if n % 7 == 0
    ]


def test_every_sentence_says_what_to_do():
    for code, template in SENTENCES.items():
        assert str(template).rstrip("s").endswith((".", "%(help)s"[:-1])) or code in {
            "terms_impossible"
        }, code
    with pytest.raises(LookupError):
        sentence("no_such_code", {})


def test_unreadable_ids_keep_their_row_when_the_key_itself_is_bad(portfolio, tmp_path):
    rows = change(party_rows(2), 0, 0, "1.1E+17")

    outcome = bring_in(portfolio, "parties", save(tmp_path, csv_bytes(PARTY_HEADERS, rows)))

    assert found_in(outcome) == [(2, "客户号", "lost_digits")]


def test_repayment_rows_of_the_builder_are_good(with_loans, tmp_path):
    data = csv_bytes(REPAYMENT_HEADERS, repayment_rows(2))

    assert not bring_in(with_loans, "repayments", save(tmp_path, data)).is_refused

"""Scenarios of other systems through contracts, allocation, replay and delinquency."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from core.audit import AuditEntry
from core.calendars import HolidayCalendar
from loans.conformance.services import read_cases, run, run_case
from loans.contracts.models import Loan
from loans.delinquency.models import BucketStay, Instalment, Position
from loans.delinquency.refresh import refresh_loans
from loans.portfolios.models import Portfolio
from loans.repayments.models import Repayment

CASES = Path(__file__).parents[1] / "data" / "peer_cases" / "cases.json"
PAGE = Path(__file__).parents[2] / "docs" / "conformance-loans.md"
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("tier", ["A", "A-schedule", "B"])
def test_nothing_that_is_expressed_differs_and_the_results_page_says_so(tier):
    results = [run_case(case) for case in read_cases(CASES) if case["tier"] == tier]
    page = PAGE.read_text("utf-8")

    assert [line for r in results if not r.skipped for line in r.lines] == []
    skipped = [r for r in results if r.skipped]
    if tier != "B":
        assert len(skipped) <= len(results) / 10
    for source in {r.source for r in results}:
        every = sum(r.source == source for r in results)
        not_told = sum(r.source == source for r in skipped)
        assert f"| {tier} | {source} | {every} | {every - not_told} | 0 | {not_told} |" in page
    for r in skipped:
        assert len(r.skipped) > 15
        assert f"`{r.id}` ({tier})" in page
        assert r.skipped[1:] in page


def test_a_whole_file_is_run_in_its_order(tmp_path):
    cases = read_cases(CASES)[:3]
    file = tmp_path / "cases.json"
    file.write_text(json.dumps({"cases": cases}, default=float), encoding="utf-8")

    assert [result.id for result in run(file)] == [case["id"] for case in cases]


def test_every_scenario_is_rolled_back():
    """One that passes, one that fails, one that is skipped, and one on books of two loans."""
    cases = {case["id"]: case for case in read_cases(CASES)}
    wrong = cases["fineract-LoanRepayment-1448"]
    wrong["checkpoints"][0]["expected"]["overpaid"] = 1

    for name in ("fineract-LoanRepayment-1296", "oca-run-older-refused", "frappe-dpd-two-drawings"):
        assert not run_case(cases[name]).mismatches
    assert run_case(wrong).mismatches
    for model in (Portfolio, Loan, Repayment, Position, BucketStay, AuditEntry, HolidayCalendar):
        assert not model.objects.exists()


def test_stored_rows_are_judged_not_what_could_be_replayed(monkeypatch):
    case = next(c for c in read_cases(CASES) if c["id"] == "fineract-LoanRepayment-1296")

    def lose_a_payment(**options):
        outcome = refresh_loans(**options)
        Instalment.objects.filter(loan__in=options["loan_ids"], number=1).update(
            paid_principal=0, satisfied_on=None
        )
        return outcome

    monkeypatch.setattr("loans.contracts.fact_writing.refresh_loans", lose_a_payment)

    assert any("instalment 1 paid is 0.00" in line for line in run_case(case).lines)


def test_what_a_service_refuses_is_a_mismatch():
    case = next(c for c in read_cases(CASES) if c["id"] == "fineract-LoanRepayment-1296")
    case["events"][1]["amount"] = -1

    (line,) = run_case(case).lines

    assert "(repayment) is refused: The amount must be above zero" in line


def test_what_the_source_refuses_and_a_service_accepts_is_a_mismatch():
    case = next(c for c in read_cases(CASES) if c["id"] == "fineract-LoanRepayment-1296")
    case["events"][1]["must_fail"] = True
    case["checkpoints"] = [{"as_of": "2023-02-01", "expected": {"overpaid": 0}}]

    assert run_case(case).lines == (
        "FAIL fineract-LoanRepayment-1296: event 2 is accepted, and the source refuses it",
    )


def test_a_case_of_an_unknown_form_is_skipped_and_an_unknown_figure_too():
    case = next(c for c in read_cases(CASES) if c["id"] == "fineract-LoanRepayment-1296")

    odd = {**case, "events": [{"type": "repayment", "seq": 1}]}
    assert run_case(odd).skipped.startswith("not in the form")
    case["checkpoints"][0]["expected"]["mood"] = "good"
    assert run_case(case).skipped == "'mood' is no figure of this system"


def test_a_wrong_figure_fails(tmp_path):
    case = next(c for c in read_cases(CASES) if c["id"] == "fineract-LoanRepayment-1296")
    case["checkpoints"][0]["expected"]["totals"]["outstanding"] = 1999

    result = run_case(case)

    assert result.lines == (
        "FAIL fineract-LoanRepayment-1296: 2023-02-01: "
        "totals outstanding is 2000.00, expected 1999.00",
    )


def test_the_command_prints_the_counts_last(tmp_path):
    chosen = ("fineract-LoanRepayment-1296", "frappe-dpd-two-drawings", "oca-run-older-refused")
    cases = [case for case in read_cases(CASES) if case["id"] in chosen]
    file = tmp_path / "cases.json"
    file.write_text(json.dumps({"cases": cases}, default=float), encoding="utf-8")
    out = StringIO()

    call_command("conformance", "loans", file, stdout=out)

    lines = out.getvalue().splitlines()
    assert lines[-1] == "2 passed, 0 failed, 1 skipped"
    assert [line[:26] for line in lines[:-1]] == ["SKIP oca-run-older-refused"]


def test_the_command_ends_with_status_1_on_any_mismatch(tmp_path):
    case = next(c for c in read_cases(CASES) if c["id"] == "fineract-LoanRepayment-1296")
    case["checkpoints"][0]["expected"]["totals"]["outstanding"] = 1999
    file = tmp_path / "cases.json"
    file.write_text(json.dumps({"cases": [case]}, default=float), encoding="utf-8")
    out = StringIO()

    with pytest.raises(SystemExit) as end:
        call_command("conformance", "loans", file, stdout=out)

    assert end.value.code == 1
    assert out.getvalue().splitlines()[-1] == "0 passed, 1 failed, 0 skipped"


@pytest.mark.parametrize("content", ["", "[]", '{"cases": [1]}', '{"cases": {}}'])
def test_a_file_of_something_else_is_refused(tmp_path, content):
    file = tmp_path / "cases.json"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(CommandError, match=r"cases\.json"):
        call_command("conformance", "loans", file)

"""Scenarios of other systems through contracts, allocation, replay and delinquency."""

from __future__ import annotations

import json
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from loans.conformance.services import read_cases, run, run_case

CASES = Path(__file__).parents[1] / "data" / "peer_cases" / "cases.json"


@pytest.fixture(scope="module")
def results():
    return list(run(CASES))


def test_nothing_that_is_expressed_differs(results):
    assert [line for r in results if not r.skipped for line in r.lines] == []


def test_nine_in_ten_of_the_plain_scenarios_are_expressed(results):
    for tier in ("A", "A-schedule"):
        outcomes = Counter(bool(r.skipped) for r in results if r.tier == tier)
        assert outcomes[False] >= 9 * outcomes[True], tier


def test_every_skip_has_its_reason(results):
    assert all(len(r.skipped) > 15 for r in results if r.skipped)


def test_the_results_page_says_what_the_run_says(results):
    page = (Path(__file__).parents[2] / "docs" / "conformance-loans.md").read_text("utf-8")
    skipped = [r for r in results if r.skipped]

    passed = len(results) - len(skipped)
    assert f"| all | | {len(results)} | {passed} | 0 | {len(skipped)} |" in page
    for r in skipped:
        assert f"`{r.id}`" in page
        assert r.skipped[1:] in page


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


def test_the_command_prints_the_counts_last():
    out = StringIO()

    call_command("conformance", "loans", CASES, stdout=out)

    lines = out.getvalue().splitlines()
    assert lines[-1].endswith(" skipped")
    assert " 0 failed, " in lines[-1]
    assert all(line.startswith("SKIP ") for line in lines[:-1])


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

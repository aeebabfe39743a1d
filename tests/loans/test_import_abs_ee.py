"""Asset-level filings: World Omni's tape and AmeriCredit's history, loan for loan."""

import gzip
from collections import defaultdict
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pytest

from loans.contracts.models import Loan
from loans.delinquency.models import Position, StatedPosition
from loans.imports.kinds import abs_ee_rules as rules
from loans.repayments.models import Repayment
from tests.loans.builders import build_portfolio, build_product
from tests.loans.import_files import bring_in

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent.parent / "data" / "abs_ee"
HISTORY_HEADERS = {"id": "asset_number"}


@pytest.fixture
def portfolio(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    portfolio = build_portfolio(
        code="abs-us", ledger="external", country="US", business_date=date(2020, 12, 31)
    )
    build_product(portfolio, {"stated_positions": "compare"})
    return portfolio


def tape(tmp_path, rows=None):
    """The World Omni tape, whole or its first rows."""
    path = tmp_path / "world_omni.csv"
    with gzip.open(DATA / "world_omni_2020A_tape.csv.gz", "rt") as packed:
        path.write_text("".join(islice(packed, rows + 1 if rows else None)))
    return path


def history(tmp_path, loans=None):
    """The AmeriCredit history of all loans or of the first few."""
    lines = (DATA / "americredit_72_loans_monthly.csv").read_text().splitlines(keepends=True)
    by_loan = defaultdict(list)
    for line in lines[1:]:
        by_loan[line.split(",")[2]].append(line)
    path = tmp_path / "americredit.csv"
    path.write_text(
        lines[0] + "".join(line for rows in islice(by_loan.values(), loans) for line in rows)
    )
    return path


def test_a_tape_whose_numbers_a_spreadsheet_has_cut_is_refused_loan_by_loan(portfolio, tmp_path):
    outcome = bring_in(portfolio, "abs_ee", tape(tmp_path, 300))

    assert outcome.is_refused
    error = outcome.batch.errors.filter(code="duplicate_differs").first()
    assert "appears in rows" in error.remedy
    assert Loan.objects.count() == 0


def test_a_tape_opens_loans_with_what_the_servicer_states(portfolio, tmp_path):
    outcome = bring_in(portfolio, "abs_ee", tape(tmp_path, 300), options={"number_repeats": "yes"})

    assert outcome.batch.created_count == 300, outcome.summary()
    loan = Loan.objects.get(contract_no="998989999995846784")
    assert (loan.started_on, loan.principal_amount) == (date(2019, 8, 15), Decimal("29019.59"))
    assert (loan.region, loan.attributes["credit_score"]) == ("VT", "735")
    assert loan.vehicles.get().make == "CHEVROLET"
    address = loan.parties.get(role="borrower").party.addresses.get()
    assert address.time_zones == ["America/New_York"]
    stated = StatedPosition.objects.get(loan=loan)
    assert (stated.kind, stated.principal_outstanding) == ("opening", Decimal("25565.38"))
    # One month is a position, not a history: what was paid in it is in the balance.
    assert Repayment.objects.count() == 0
    assert Position.objects.filter(is_set_aside=True).count() == 0


def test_a_history_gives_a_payment_and_a_statement_for_every_month(portfolio, tmp_path):
    outcome = bring_in(portfolio, "abs_ee", history(tmp_path, 3), headers=HISTORY_HEADERS)

    assert not outcome.is_refused, outcome.summary()
    loan = Loan.objects.get(contract_no="0001694010 - 029137-2017-1")
    statements = StatedPosition.objects.filter(loan=loan).order_by("value_on")
    assert statements.count() == 49
    assert statements[0].kind == "opening"
    assert set(statements[1:].values_list("kind", flat=True)) == {"stated"}
    first = Repayment.objects.filter(loan=loan).order_by("value_on").first()
    assert (first.value_on, first.amount) == (date(2017, 1, 9), Decimal("350.00"))
    assert outcome.batch.through_on == date(2020, 12, 31)


def test_a_second_file_of_the_history_adds_its_months(portfolio, tmp_path):
    lines = history(tmp_path, 1).read_text().splitlines(keepends=True)
    early, whole = tmp_path / "early.csv", tmp_path / "whole.csv"
    early.write_text("".join(lines[:11]))
    whole.write_text("".join(lines))

    bring_in(portfolio, "abs_ee", early, headers=HISTORY_HEADERS)
    outcome = bring_in(portfolio, "abs_ee", whole, headers=HISTORY_HEADERS)

    rows = len(lines) - 1
    assert (outcome.batch.created_count, outcome.batch.unchanged_count) == (rows - 10, 10)
    assert StatedPosition.objects.filter(kind="opening").count() == 1


def values(**changes):
    return {
        "originated_in": date(2019, 8, 1),
        "first_payment_in": date(2019, 9, 1),
        "matures_in": date(2025, 11, 1),
        "original_term": 76,
        "original_amount": Decimal("29019.59"),
        "annual_rate": Decimal("0.0687"),
        "scheduled_payment": Decimal("478.37"),
        "interest_paid_through": None,
        "period_end": date(2020, 7, 31),
    } | changes


def test_the_terms_follow_from_months_and_a_chosen_due_day():
    terms = rules.terms_of(values(), due_day=15)

    assert (terms.start_on, terms.first_due_on) == (date(2019, 8, 15), date(2019, 9, 15))
    assert (terms.periods, terms.instalment) == (75, Decimal("478.37"))
    # A maturity that an extension moved is no part of what was signed.
    assert rules.periods_of(values(matures_in=date(2026, 5, 1))) == 76
    # An instalment far from the annuity is something else, such as arrears included.
    assert (
        rules.terms_of(values(scheduled_payment=Decimal("956.74")), due_day=15).instalment is None
    )
    # A loan paid out in the month of its first payment begins a month before it.
    late = rules.terms_of(values(originated_in=date(2019, 9, 1)), due_day=15)
    assert late.start_on == date(2019, 8, 15)


@pytest.mark.parametrize(
    ("through", "on"),
    [
        (None, date(2020, 7, 31)),
        (date(2020, 7, 18), date(2020, 7, 18)),
        (date(2020, 6, 18), date(2020, 7, 31)),
        (date(2020, 8, 2), date(2020, 7, 31)),
    ],
)
def test_a_payment_counts_from_the_day_interest_is_paid_through(through, on):
    assert rules.paid_on(values(interest_paid_through=through)) == on


def test_the_whole_history_comes_in_and_the_whole_tape_is_good(portfolio, tmp_path):
    checked = bring_in(
        portfolio, "abs_ee", tape(tmp_path), options={"number_repeats": "yes"}, check_only=True
    )
    assert (checked.batch.good_count, checked.batch.bad_count) == (7_572, 0), checked.summary()

    outcome = bring_in(portfolio, "abs_ee", history(tmp_path), headers=HISTORY_HEADERS)

    assert (outcome.batch.created_count, outcome.batch.bad_count) == (1_479, 0), outcome.summary()
    assert Loan.objects.count() == 72
    assert Position.objects.filter(is_set_aside=True).count() == 0
    # All that was paid, but for the first month of each loan, which its opening holds already.
    assert Repayment.objects.count() < 1_479 - 269
    paid = sum(Repayment.objects.values_list("amount", flat=True))
    assert 0 < paid < Decimal(outcome.batch.totals["paid"])


@pytest.mark.chaos
def test_the_whole_tape_is_loaded(portfolio, tmp_path):
    """Minutes, not seconds: half a million instalments are made and replayed."""
    outcome = bring_in(portfolio, "abs_ee", tape(tmp_path), options={"number_repeats": "yes"})

    assert (outcome.batch.created_count, outcome.batch.bad_count) == (7_572, 0), outcome.summary()
    assert Loan.objects.count() == 7_572
    assert Position.objects.filter(is_set_aside=True).count() == 0

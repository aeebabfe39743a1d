"""Each formula against an example worked by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reporting.kpis.collected_share import collected_share
from reporting.kpis.contact_funnel import ContactFunnel
from reporting.kpis.entry_rate import entry_rate
from reporting.kpis.gate_stop_rate import gate_stop_rate
from reporting.kpis.kept_rate import kept_rate
from reporting.kpis.logging_rate import logging_rate
from reporting.kpis.portfolio_at_risk import portfolio_at_risk
from reporting.kpis.roll_matrix import Cell, build_matrix

D = Decimal


def test_par_counts_the_whole_loan():
    # Two loans of 600 and 400 of a book of 10,000 are more than 30 days past due.
    assert portfolio_at_risk(past_principal=D(1_000), principal=D(10_000)) == D("0.1")


def test_nothing_of_nothing_is_not_zero():
    assert portfolio_at_risk(past_principal=D(0), principal=D(0)) is None
    assert entry_rate(became_late=0, fell_due=0) is None
    assert kept_rate(kept=0, partial=0, broken=0) is None


def test_entry_rate():
    # Of 200 accounts due on the 15th, 9 were past due at the close of the 16th.
    assert entry_rate(became_late=9, fell_due=200) == D("0.045")


def test_five_of_a_hundred_is_five_per_cent():
    # A public explainer calls this 20 %.
    assert entry_rate(became_late=5, fell_due=100) == D("0.05")


def test_kept_rate_leaves_open_and_cancelled_out_and_partial_is_not_kept():
    assert kept_rate(kept=54, partial=6, broken=40) == D("0.54")


def test_kept_rate_is_not_kept_up_by_taking_promises_back_in_time():
    assert kept_rate(kept=54, partial=6, broken=30, taken_back=10) == D("0.54")


def test_logging_rate():
    assert logging_rate(worked=98, held=100) == D("0.98")


def test_gate_stops_are_a_share_of_what_was_asked_for():
    assert gate_stop_rate(stops=41, attempts=779) == D("0.05")


def test_collected_share_may_pass_one():
    assert collected_share(collected=D(1_150), due=D(1_000)) == D("1.15")


def test_contact_funnel_names_its_denominators():
    funnel = ContactFunnel(attempts=8_000, connects=2_000, right_party=1_000, promises=350)

    assert funnel.connect_rate == D("0.25")
    assert funnel.right_party_rate == D("0.5")
    assert funnel.promise_rate == D("0.35")


def test_a_promise_may_come_from_somebody_who_called_us():
    funnel = ContactFunnel(attempts=8, connects=2, right_party=1, promises=3, right_party_inbound=4)

    assert funnel.promise_rate == D("0.6")


def _matrix():
    """B1 held 1,000 (10 loans): 610 cured, 190 stayed, 184 rolled, 16 paid off."""
    return build_matrix(
        cells=[
            Cell("B0", "B0", 90, D(9_000)),
            Cell("B0", "B1", 10, D(1_000)),
            Cell("B1", "B0", 6, D(610)),
            Cell("B1", "B1", 2, D(190)),
            Cell("B1", "B2", 1, D(184)),
            Cell("B1", "off", 1, D(16)),
            Cell("B2", "B1", 1, D(250)),
            Cell("B2", "lost", 1, D(750)),
        ],
        buckets=["B0", "B1", "B2"],
        exits=["off", "lost"],
    )


def test_tracked_roll_rate_by_balance_and_by_count():
    matrix = _matrix()

    assert matrix.rate("B1", "B2", by="balance") == D("0.184")
    assert matrix.rate("B1", "B2", by="count") == D("0.1")
    assert matrix.rate("B0", "B1", by="balance") == D("0.1")


@pytest.mark.parametrize("by", ["count", "balance"])
def test_every_row_sums_to_one(by):
    matrix = _matrix()

    for bucket in matrix.buckets:
        rates = [matrix.rate(bucket, to, by=by) for to in (*matrix.buckets, *matrix.exits)]
        assert sum(rates) == 1


def test_cure_and_forward_are_cohorts_of_what_was_past_due():
    matrix = _matrix()

    assert matrix.cure_rate(by="balance") == D(610) / D(2_000)
    assert matrix.cure_rate(by="count") == D(6) / D(12)
    assert matrix.forward_rate(by="balance") == D(184 + 750) / D(2_000)


def test_six_hundred_thousand_of_a_million_is_sixty_per_cent():
    # A public explainer calls this a roll rate of 6 %.
    matrix = build_matrix(
        cells=[Cell("B1", "B2", 6, D(600_000)), Cell("B1", "B1", 4, D(400_000))],
        buckets=["B0", "B1", "B2"],
        exits=["off", "lost"],
    )

    assert matrix.rate("B1", "B2", by="balance") == D("0.6")


def test_a_cell_outside_the_matrix_is_refused():
    with pytest.raises(ValueError, match="B9"):
        build_matrix(cells=[Cell("B0", "B9", 1, D(1))], buckets=["B0"], exits=["off", "lost"])

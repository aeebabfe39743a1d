"""The car is not taken without a court, or the debtor's consent on the spot."""

from __future__ import annotations

from datetime import date

import pytest

from compliance.gate.facts import OrderFact
from tests.compliance.gate_facts import LOAN, OTHER_LOAN, answer, facts, is_judged, standard

SELF_HELP = standard("CN-NO-SELFHELP")
TEN = "2026-05-12T10:00:00+08:00"
TODAY = date(2026, 5, 12)


def _taking(*orders, **changes):
    return facts(
        TEN, channel="repossession", zones=("Asia/Shanghai",), orders=tuple(orders), **changes
    )


@pytest.mark.parametrize(
    ("order", "opens"),
    [
        (None, "court_order"),
        (OrderFact("possession", TODAY, loan_id=LOAN), ""),
        (OrderFact("possession", date(2026, 5, 13), loan_id=LOAN), "2026-05-13 00:00:00"),
        (OrderFact("preservation", date(2026, 3, 16), until=date(2028, 3, 16), loan_id=LOAN), ""),
        (OrderFact("preservation", date(2024, 3, 16), until=TODAY, loan_id=LOAN), ""),
        (OrderFact("preservation", date(2024, 3, 16), until=date(2026, 5, 11), loan_id=LOAN),
         "court_order"),
        # A word on the spot counts on its day.
        (OrderFact("debtor_consent_at_the_time", TODAY, loan_id=LOAN), ""),
        (OrderFact("debtor_consent_at_the_time", date(2026, 5, 11), loan_id=LOAN), "court_order"),
        (OrderFact("stay", TODAY, loan_id=LOAN), "court_order"),
        (OrderFact("possession", TODAY, loan_id=OTHER_LOAN), "court_order"),
        (OrderFact("possession", TODAY), ""),
    ],
)  # fmt: skip
def test_an_order_in_force_or_a_word_on_the_spot(order, opens):
    assert answer(_taking(*([order] if order else [])), SELF_HELP) == opens


def test_every_loan_that_the_car_secures_needs_its_order():
    order = OrderFact("possession", TODAY, loan_id=LOAN)

    assert answer(_taking(order, loan_ids=(LOAN, OTHER_LOAN)), SELF_HELP) == "court_order"
    both = (order, OrderFact("possession", TODAY, loan_id=OTHER_LOAN))
    assert answer(_taking(*both, loan_ids=(LOAN, OTHER_LOAN)), SELF_HELP) == ""


def test_it_speaks_of_taking_the_car_only():
    assert not is_judged(facts(TEN, channel="visit"), SELF_HELP)

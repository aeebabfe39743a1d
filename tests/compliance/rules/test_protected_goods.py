"""Goods on which a third of the price is paid come back through the court only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from compliance.gate.facts import OrderFact
from compliance.rules.protected_goods import check
from tests.compliance.gate_facts import LOAN, answer, facts, standard

PROTECTED = standard("UK-PROTECTED")
TEN = "2026-05-12T10:00:00+01:00"


def _taking(**changes):
    return facts(TEN, channel="repossession", zones=("Europe/London",), **changes)


@pytest.mark.parametrize(
    ("known", "opens"),
    [
        ({"paid_share": Decimal(0)}, ""),
        ({"paid_share": Decimal("0.3333")}, ""),
        ({"paid_share": Decimal("0.3334")}, "court_order"),
        ({"paid_share": Decimal(1) / 2}, "court_order"),
        ({"is_protected_goods": True}, "court_order"),
        ({"is_protected_goods": False}, ""),
        # What is computed beats a word that they are not; a word that they are beats the figure.
        ({"is_protected_goods": False, "paid_share": Decimal("0.5")}, "court_order"),
        ({"is_protected_goods": True, "paid_share": Decimal("0.1")}, "court_order"),
        # Nobody knows: taken to be protected.
        ({}, "paid_share_known"),
    ],
)
def test_from_one_third_on(known, opens):
    assert answer(_taking(**known), PROTECTED) == opens


def test_exactly_a_third_is_protected():
    """3,000 of 9,000: no rounding may make it less."""
    assert answer(_taking(paid_share=Decimal(3000) / Decimal(9000)), PROTECTED) == "court_order"


@pytest.mark.parametrize(
    ("order", "opens"),
    [
        (OrderFact("possession", date(2026, 5, 12), loan_id=LOAN), ""),
        (OrderFact("possession", date(2026, 5, 13), loan_id=LOAN), "2026-05-13 00:00:00"),
        (OrderFact("debtor_consent_at_the_time", date(2026, 5, 12), loan_id=LOAN), ""),
        (OrderFact("debtor_consent_at_the_time", date(2026, 5, 11), loan_id=LOAN), "court_order"),
        (OrderFact("preservation", date(2026, 5, 1), loan_id=LOAN), "court_order"),
    ],
)
def test_the_court_or_the_debtor_on_the_spot_opens_it(order, opens):
    assert answer(_taking(is_protected_goods=True, orders=(order,)), PROTECTED) == opens


def test_unknown_and_protected_read_differently():
    assert check(_taking(), PROTECTED)[0].reason == "paid_share_unknown"
    assert check(_taking(is_protected_goods=True), PROTECTED)[0].reason == "goods_protected"

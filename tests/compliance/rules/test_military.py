"""From somebody in military service nothing is taken without a court."""

from __future__ import annotations

from datetime import date

import pytest

from compliance.gate.facts import Effect, OrderFact
from tests.compliance.gate_facts import LOAN, OTHER_LOAN, answer, facts, only, standard, stop

SCRA = standard("US-SCRA")
NOON = "2026-05-12T12:00:00-04:00"
SERVING = (stop("military"),)


@pytest.mark.parametrize(
    ("orders", "opens"),
    [
        ((), "court_order"),
        ((OrderFact("possession", date(2026, 5, 12), loan_id=LOAN),), ""),
        ((OrderFact("possession", date(2026, 5, 12), loan_id=OTHER_LOAN),), "court_order"),
        ((OrderFact("possession", date(2026, 5, 13), loan_id=LOAN),), "2026-05-13 00:00:00"),
        ((OrderFact("possession", date(2026, 4, 1), until=date(2026, 5, 12), loan_id=LOAN),), ""),
        ((OrderFact("possession", date(2026, 4, 1), until=date(2026, 5, 11), loan_id=LOAN),),
         "court_order"),
        # Neither a preservation nor a word on the spot is an order to take the car.
        ((OrderFact("preservation", date(2026, 4, 1), loan_id=LOAN),), "court_order"),
        ((OrderFact("debtor_consent_at_the_time", date(2026, 5, 12), loan_id=LOAN),),
         "court_order"),
    ],
)  # fmt: skip
def test_taking_the_car_needs_an_order(orders, opens):
    asked = facts(NOON, channel="repossession", stops=SERVING, orders=orders)

    assert answer(asked, SCRA) == opens


@pytest.mark.parametrize("channel", ["call", "sms", "email", "visit", "letter"])
def test_other_contact_is_warned_about(channel):
    found = only(facts(NOON, channel=channel, stops=SERVING), SCRA)

    assert [(warning.effect, warning.reason) for warning in found] == [
        (Effect.WARN, "military_protection")
    ]
    assert not only(facts(NOON, channel=channel), SCRA)

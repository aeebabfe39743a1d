"""Somebody is asked once where the debtor is."""

from __future__ import annotations

import pytest

from tests.compliance.gate_facts import (
    OTHER_LOAN,
    OTHER_PARTY,
    answer,
    facts,
    is_judged,
    past,
    standard,
)

ONCE = standard("REGF-LOCATION")
TEN = "2026-10-12T10:00:00-04:00"
ASK = {"role": "reference", "purpose": "location", "content": ["confirming_location"]}


def _asked_before(**changes):
    told = {"outcome": "conversation", "purpose": "location", **changes}
    return past("2026-10-06T10:00:00-04:00", **told)


@pytest.mark.parametrize(
    ("before", "opens"),
    [
        ({}, "location_lead"),
        ({"outcome": "met", "channel": "visit"}, "location_lead"),
        ({"outcome": "sent", "channel": "letter"}, "location_lead"),
        # One under way may become a talk.
        ({"outcome": ""}, "location_lead"),
        ({"outcome": "no_answer"}, ""),
        ({"outcome": "voicemail"}, ""),
        ({"purpose": "payment"}, ""),
        ({"party_id": OTHER_PARTY}, ""),
        ({"loan_ids": (OTHER_LOAN,)}, ""),
        ({"direction": "inbound"}, ""),
        ({"is_misdirected": True}, ""),
    ],
)
def test_once_a_person_was_reached_they_are_not_asked_again(before, opens):
    assert answer(facts(TEN, history=(_asked_before(**before),), **ASK), ONCE) == opens


def test_a_new_lead_may_be_asked_about():
    asked = {**ASK, "content": ["new_location_lead"]}

    assert answer(facts(TEN, history=(_asked_before(),), **asked), ONCE) == ""


def test_it_speaks_of_questions_for_the_location_only():
    assert not is_judged(facts(TEN, **{**ASK, "purpose": "payment"}), ONCE)
    assert not is_judged(facts(TEN, **{**ASK, "role": "borrower"}), ONCE)

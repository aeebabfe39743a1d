"""The least time between two calls."""

from __future__ import annotations

import pytest

from tests.compliance.gate_facts import (
    OTHER_LOAN,
    OTHER_PARTY,
    OTHER_PHONE,
    answer,
    facts,
    past,
    permits,
    said,
    standard,
)

GAP = standard("REGF-GAP-2H")
TEN = "2026-04-01T10:00:00-04:00"


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-04-01T10:00:01-04:00", "2026-04-01 12:00:00"),
        ("2026-04-01T11:59:59-04:00", "2026-04-01 12:00:00"),
        ("2026-04-01T12:00:00-04:00", ""),
    ],
)
def test_two_hours_between_calls_to_a_person(at, opens):
    assert answer(facts(at, history=(past(TEN),)), GAP) == opens


@pytest.mark.parametrize(
    ("before", "counts"),
    [
        ({}, True),
        ({"loan_ids": (OTHER_LOAN,)}, True),
        ({"contact_point_id": OTHER_PHONE}, True),
        ({"outcome": ""}, True),
        ({"outcome": "busy"}, False),
        ({"outcome": "not_made"}, False),
        ({"party_id": OTHER_PARTY}, False),
        ({"channel": "sms", "outcome": "sent"}, False),
        ({"direction": "inbound", "outcome": "conversation"}, False),
    ],
)
def test_what_the_two_hours_count_from(before, counts):
    history = (past(**{"at": TEN, "outcome": "no_answer", **before}),)

    assert permits(facts("2026-04-01T11:00:00-04:00", history=history), GAP) is not counts


def test_a_call_that_was_asked_for_may_follow_at_once():
    asked = facts(
        "2026-04-01T10:20:00-04:00",
        history=(past(TEN, "dropped"),),
        permissions=(said("yes", "call_back", "2026-04-01T10:10:00-04:00"),),
    )

    assert permits(asked, GAP)

"""Whom the stay of a bankruptcy protects."""

from __future__ import annotations

import pytest

from tests.compliance.gate_facts import OTHER_PARTY, answer, facts, standard, stop

NOON = "2026-05-12T12:00:00-04:00"


@pytest.mark.parametrize(
    ("details", "channel", "opens"),
    [
        ({"chapter": "7"}, "call", ""),
        ({}, "call", ""),
        # The co-debtor's stay of chapter 13.
        ({"chapter": "13"}, "call", "stay_ended"),
        # The car is property of the estate, whoever is asked for it.
        ({"chapter": "7"}, "repossession", "stay_ended"),
    ],
)
def test_somebody_elses_bankruptcy(details, channel, opens):
    theirs = stop("bankruptcy", party_id=OTHER_PARTY, details=details)

    assert answer(facts(NOON, channel=channel, stops=(theirs,)), standard("US-BK-STAY")) == opens


@pytest.mark.parametrize("channel", ["call", "sms", "email", "visit", "letter", "repossession"])
def test_ones_own_stops_every_channel(channel):
    asked = facts(NOON, channel=channel, stops=(stop("bankruptcy"),))

    assert answer(asked, standard("US-BK-STAY")) == "stay_ended"

"""While proceedings run: the ways that their stage closes, and what stays open."""

from __future__ import annotations

import pytest

from tests.compliance.gate_facts import codes, facts, stop

NOON = "2026-05-12T12:00:00-04:00"
CHANNELS = ["call", "sms", "email", "visit", "letter"]


def running(closes: str):
    return stop("proceedings", details={"number": "L-0001", "closes": closes})


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("closes", ["", "call sms", "call sms email visit", "letter"])
def test_the_stage_closes_the_ways_it_names(closes, channel):
    found = codes(facts(NOON, channel=channel, stops=(running(closes),)))

    assert ("PROCEEDINGS" in found) == (channel in closes.split())


@pytest.mark.parametrize("purpose", ["notice_required", "service"])
def test_a_notice_of_the_law_and_an_answer_stay_open(purpose):
    asked = facts(NOON, channel="call", purpose=purpose, stops=(running("call"),))

    assert "PROCEEDINGS" not in codes(asked)


def test_of_two_proceedings_either_closes():
    both = (running("sms"), running("call"))

    assert "PROCEEDINGS" in codes(facts(NOON, channel="call", stops=both))
    assert "PROCEEDINGS" in codes(facts(NOON, channel="sms", stops=both))

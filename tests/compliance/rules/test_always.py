"""What holds whatever the packs say: no facts, no permission; stops and stale feeds close."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from compliance.stops.models import StopKind
from tests.compliance.gate_facts import (
    LOAN,
    OTHER_LOAN,
    OTHER_PARTY,
    codes,
    denials,
    facts,
    standard_rules,
    stop,
    window_rule,
)

NOON = "2026-05-12T12:00:00-04:00"
CHANNELS = ["call", "sms", "email", "visit", "letter", "repossession"]


@pytest.mark.parametrize("channel", CHANNELS)
# That of proceedings says itself which ways it closes (test_proceedings).
@pytest.mark.parametrize("kind", sorted({*StopKind.values} - {"employer_prohibits", "proceedings"}))
def test_a_stop_of_which_no_pack_speaks_closes_every_way(kind, channel):
    asked = facts(NOON, channel=channel, stops=(stop(kind),))

    found = denials(asked)

    assert [(f.code, f.reason, f.event) for f in found] == [("STOP", f"stop_{kind}", "stop_lifted")]


@pytest.mark.parametrize(
    ("stops", "opens_at"),
    [
        ((stop("hold", ends_at="2026-05-12T13:00:00-04:00"),), "2026-05-12T13:00:00-04:00"),
        ((stop("hold", ends_at=NOON),), None),
        ((stop("hold", "2026-05-12T12:00:01-04:00"),), None),
        ((stop("hold", loan_id=OTHER_LOAN),), None),
        ((stop("hold", channel="sms"),), None),
        ((stop("hold", party_id=OTHER_PARTY),), None),
        # Two that meet open when both have ended.
        ((stop("hold", ends_at="2026-05-12T13:00:00-04:00"),
          stop("dispute", "2026-05-12T13:00-04:00", ends_at="2026-05-12T14:00:00-04:00")),
         "2026-05-12T14:00:00-04:00"),
    ],
)  # fmt: skip
def test_a_stop_holds_for_its_time_loan_channel_and_person(stops, opens_at):
    found = denials(facts(NOON, stops=stops))

    assert [f.opens_at.isoformat() for f in found] == (
        [facts(opens_at).request.at.isoformat()] if opens_at else []
    )


def test_a_car_is_taken_from_everybody_so_everybodys_stop_counts():
    theirs = (stop("hardship", party_id=OTHER_PARTY, loan_id=LOAN),)

    assert codes(facts(NOON, channel="repossession", stops=theirs)) == ["STOP"]
    assert codes(facts(NOON, channel="call", stops=theirs)) == []


def test_a_rule_that_does_not_speak_of_the_contact_does_not_judge_its_stop():
    """The lawyer's rule of Regulation F is about people who owe; a reference's own is nobody's."""
    rules = (window_rule(), standard_rules("US-REGF")["REGF-ATTORNEY"])

    asked = facts(NOON, role="reference", rules=rules, stops=(stop("attorney"),))

    assert codes(asked) == ["STOP"]


def test_what_one_pack_permits_another_may_still_deny():
    """Strictest wins: denials add up, and no pack takes another's back."""
    rules = (*standard_rules("US-REGF").values(), *standard_rules("US-WA").values())
    asked = facts("2026-05-12T07:45:00-07:00", zones=("America/Los_Angeles",), rules=rules)

    assert codes(asked) == ["REGF-HOURS"]
    at_seven = facts("2026-05-12T07:00:00-07:00", zones=("America/Los_Angeles",), rules=rules)
    assert codes(at_seven) == ["REGF-HOURS", "WA-HOURS"]


@pytest.mark.parametrize(
    ("contact", "waits"),
    [
        ({}, True),
        ({"channel": "letter"}, True),
        ({"purpose": "notice_required"}, False),
        ({"purpose": "service"}, False),
        ({"purpose": "location"}, False),
        # Taking a car is about payment, whatever it is called.
        ({"channel": "repossession", "purpose": "service"}, True),
    ],
)
@pytest.mark.parametrize(
    "feed", [{"feed_missing": True}, {"stale_feeds": (("cn repayments", date(2026, 5, 1)),)}]
)
def test_what_is_about_payment_waits_for_the_feed(contact, waits, feed):
    assert codes(facts(NOON, **feed, **contact)) == (["UNKNOWN-DATA"] if waits else [])


@pytest.mark.parametrize("channel", CHANNELS)
def test_history_and_rules_must_be_known_for_every_channel(channel):
    asked = facts(NOON, channel=channel)

    assert codes(asked) == []
    assert codes(replace(asked, history_known=False)) == ["UNKNOWN-DATA"]
    assert codes(replace(asked, rules=())) == ["UNKNOWN-DATA"]
    assert codes(replace(asked, missing_packs=("CN",))) == ["UNKNOWN-DATA"]


@pytest.mark.parametrize(
    ("channel", "needs_point", "needs_zone"),
    [
        ("call", True, True),
        ("sms", True, True),
        ("email", True, True),
        ("visit", False, True),
        ("letter", False, False),
        ("repossession", False, False),
    ],
)
def test_a_number_and_a_zone_where_the_channel_needs_them(channel, needs_point, needs_zone):
    asked = facts(NOON, channel=channel)

    assert bool(codes(replace(asked, contact_point_missing=True))) is needs_point
    assert bool(codes(replace(asked, zones=()))) is needs_zone
    assert codes(replace(asked, contact_point_invalid=True)) == ["UNKNOWN-DATA"]

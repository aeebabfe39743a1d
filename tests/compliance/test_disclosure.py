"""What each person may be told of a debt: by role, by the strictest rule, by what they said."""

from __future__ import annotations

from datetime import datetime

import pytest

from compliance.gate.disclosure import Extent, may_be_told
from compliance.gate.facts import PermissionFact, StopFact
from tests.compliance.gate_facts import facts, standard, standard_rules

AT = "2026-05-12T14:00:00-04:00"
US, UK = standard("REGF-3P-DISCLOSE"), standard("UK-3P")
CN, INDIA = standard("CN-3P-CONTENT"), standard_rules("IN")["IN-3P"]


def told(role, *rules, **changes):
    changes.setdefault("content", ("debt_details",))
    return may_be_told(facts(AT, role=role, rules=rules, **changes))


@pytest.mark.parametrize("role", ["borrower", "co_borrower", "guarantor"])
@pytest.mark.parametrize("rules", [(), (US,), (CN,), (UK,), (INDIA,)])
def test_who_owes_the_debt_may_hear_it_whatever_is_said_of_others(role, rules):
    assert told(role, *rules).extent is Extent.DEBT


def test_of_somebody_else_the_rule_says_what_and_where_it_is_written():
    american = told("reference", US)
    chinese = told("reference", CN)

    assert american.extent is Extent.PERMITTED
    assert american.permitted == {"confirming_location", "new_location_lead"}
    assert american.citations == (US.citation,)
    assert chinese.permitted == {"ask_relay", "answers_offer_to_pay"}


def test_where_no_rule_speaks_of_them_silence_is_no_permission():
    assert told("reference").extent is Extent.NOTHING
    assert told("reference").citations == ()


def test_a_rule_that_permits_nothing_and_two_that_share_nothing_leave_nothing():
    assert told("reference", INDIA).extent is Extent.NOTHING
    assert told("reference", US, CN).extent is Extent.NOTHING
    assert told("reference", US, UK).permitted == {"confirming_location", "new_location_lead"}


def test_whom_the_text_excepts_may_hear_it():
    spouse = told("reference", US, relationship="spouse")
    friend = told("reference", US, relationship="friend")

    assert (spouse.extent, spouse.citations) == (Extent.DEBT, (US.citation,))
    assert friend.extent is Extent.PERMITTED
    # Another pack that does not except them still bars them.
    assert told("reference", US, CN, relationship="spouse").permitted == CN_PERMITTED


CN_PERMITTED = frozenset(CN.values["permitted"])


def test_whom_the_borrower_lets_us_tell_may_hear_it_until_they_take_it_back():
    yes = PermissionFact(
        kind="third_party",
        answer="yes",
        given_at=datetime.fromisoformat("2026-05-01T10:00:00-04:00"),
        reference="1",
    )
    no = PermissionFact(
        kind="third_party",
        answer="no",
        given_at=datetime.fromisoformat("2026-05-02T10:00:00-04:00"),
        reference="2",
    )

    assert told("reference", UK, permissions=(yes,)).extent is Extent.DEBT
    assert told("reference", UK, permissions=(yes, no)).extent is Extent.PERMITTED


@pytest.mark.parametrize(
    ("stop", "extent"),
    [
        ({}, Extent.NOTHING),
        ({"ends_at": datetime.fromisoformat("2026-05-11T00:00:00-04:00")}, Extent.PERMITTED),
        ({"starts_at": datetime.fromisoformat("2026-06-01T00:00:00-04:00")}, Extent.PERMITTED),
        ({"kind": "dispute"}, Extent.PERMITTED),
    ],
)
def test_who_asked_to_be_left_alone_is_told_nothing(stop, extent):
    usual = {
        "kind": "third_party_refused",
        "reference": "s",
        "channel": "",
        "starts_at": datetime.fromisoformat("2026-05-01T00:00:00-04:00"),
        "ends_at": None,
    }

    assert told("reference", US, stops=(StopFact(**(usual | stop)),)).extent is extent

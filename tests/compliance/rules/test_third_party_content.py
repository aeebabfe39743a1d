"""What may be said to somebody who does not owe the debt."""

from __future__ import annotations

import pytest

from compliance.rules.third_party_content import check
from tests.compliance.gate_facts import answer, facts, is_judged, said, standard

TEN = "2026-05-12T10:00:00-04:00"


def _to_reference(*content, **changes):
    return facts(TEN, content=content, **{"role": "reference", **changes})


@pytest.mark.parametrize(
    ("content", "opens"),
    [
        (("ask_relay",), ""),
        (("ask_relay", "debt_details"), "content_changed"),
        (("debt_details",), "content_changed"),
        (("payment_request",), "content_changed"),
        ((), "content_changed"),
        # Who offers to pay is told what that needs.
        (("answers_offer_to_pay", "debt_details"), ""),
    ],
)
def test_in_china_a_contact_is_asked_to_pass_a_message_on(content, opens):
    assert answer(_to_reference(*content), standard("CN-3P-CONTENT")) == opens


@pytest.mark.parametrize(
    ("content", "purpose", "opens"),
    [
        (("confirming_location",), "location", ""),
        (("new_location_lead",), "location", ""),
        (("confirming_location", "mentions_debt"), "location", "content_changed"),
        ((), "location", "content_changed"),
        (("confirming_location",), "payment", "purpose_changed"),
    ],
)
def test_under_regulation_f_a_third_party_is_asked_for_the_location_only(content, purpose, opens):
    asked = _to_reference(*content, purpose=purpose)

    assert answer(asked, standard("REGF-3P-DISCLOSE")) == opens


def test_the_spouse_the_lawyer_and_whom_the_borrower_named_may_be_told():
    disclose = standard("REGF-3P-DISCLOSE")

    assert is_judged(_to_reference(relationship="friend"), disclose)
    assert not is_judged(_to_reference(relationship="spouse"), disclose)
    assert not is_judged(_to_reference(recipient="consumer_attorney"), disclose)
    assert not is_judged(_to_reference(permissions=(said("yes", "third_party"),)), disclose)
    assert is_judged(_to_reference(permissions=(said("no", "third_party"),)), disclose)


@pytest.mark.parametrize(
    ("content", "opens"),
    [
        (("ask_relay",), ""),
        (("confirming_location",), ""),
        (("mentions_debt",), "content_changed"),
        ((), "content_changed"),
    ],
)
def test_in_the_united_kingdom_nothing_is_said_of_the_debt(content, opens):
    assert answer(_to_reference(*content), standard("UK-3P")) == opens


@pytest.mark.parametrize("content", [(), ("ask_relay",), ("confirming_location",)])
def test_in_india_references_are_left_alone(content):
    assert answer(_to_reference(*content), standard("IN-3P")) == "never"


@pytest.mark.parametrize("code", ["CN-3P-CONTENT", "REGF-3P-DISCLOSE", "UK-3P", "IN-3P"])
@pytest.mark.parametrize("role", ["borrower", "co_borrower", "guarantor"])
def test_who_owes_the_debt_may_be_spoken_to_about_it(code, role):
    assert not is_judged(_to_reference("debt_details", role=role), standard(code))


def test_saying_nothing_and_saying_too_much_read_differently():
    rule = standard("CN-3P-CONTENT")

    assert check(_to_reference(), rule)[0].reason == "content_unknown"
    found = check(_to_reference("ask_relay", "debt_details"), rule)[0]
    assert (found.reason, found.values["said"]) == ("third_party_content", ["debt_details"])

"""Calls go over the lender's lines."""

from __future__ import annotations

from tests.compliance.gate_facts import answer, facts, standard

PRIVATE = standard("CN-PRIVATE-PHONE")
TEN = "2026-05-12T10:00:00+08:00"


def test_a_collectors_own_telephone_is_refused_for_whomever_they_work():
    assert answer(facts(TEN, device="private_phone"), PRIVATE) == "system_line"
    agency = facts(TEN, device="private_phone", organisation="acme", channel="sms")
    assert answer(agency, PRIVATE) == "system_line"
    assert answer(facts(TEN), PRIVATE) == ""

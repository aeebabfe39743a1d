"""Electronic messages say how to stop them."""

from __future__ import annotations

import pytest

from tests.compliance.gate_facts import answer, facts, is_judged, standard

NOON = "2026-05-12T12:00:00-04:00"


@pytest.mark.parametrize("code", ["REGF-OPTOUT-STMT", "NYC-OPTOUT-STMT"])
@pytest.mark.parametrize("channel", ["sms", "email"])
def test_a_message_says_how_to_stop(code, channel):
    rule = standard(code)

    def says(*content):
        return facts(NOON, channel=channel, content=content)

    assert answer(says(), rule) == "content_changed"
    assert answer(says("payment_request"), rule) == "content_changed"
    assert answer(says("payment_request", "opt_out_statement"), rule) == ""
    assert not is_judged(says("opt_out_confirmation"), rule)
    assert is_judged(says("opt_out_confirmation", "payment_request"), rule)


@pytest.mark.parametrize("channel", ["call", "letter", "visit"])
def test_what_is_not_electronic_needs_no_statement(channel):
    assert not is_judged(facts(NOON, channel=channel), standard("REGF-OPTOUT-STMT"))

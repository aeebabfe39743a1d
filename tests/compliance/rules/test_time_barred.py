"""Nobody is threatened with a suit that would come too late."""

from __future__ import annotations

import pytest

from compliance.gate.facts import Effect
from tests.compliance.gate_facts import answer, facts, only, standard, stop

NOON = "2026-05-12T12:00:00-04:00"
BARRED = (stop("time_barred"),)


@pytest.mark.parametrize("code", ["REGF-TIMEBARRED", "CN-TIMEBARRED"])
@pytest.mark.parametrize("channel", ["call", "sms", "email", "visit", "letter"])
def test_a_threat_is_denied_and_a_request_warned_about(code, channel):
    rule = standard(code)
    threat = facts(NOON, channel=channel, content=["threat_of_suit"], stops=BARRED)
    request = facts(NOON, channel=channel, content=["payment_request"], stops=BARRED)

    assert answer(threat, rule) == "threat_removed"
    assert [found.effect for found in only(request, rule)] == [Effect.WARN]


def test_before_the_bar_a_suit_may_be_announced():
    asked = facts(NOON, content=["threat_of_suit"])

    assert not only(asked, standard("REGF-TIMEBARRED"))

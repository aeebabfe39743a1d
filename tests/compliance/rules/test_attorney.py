"""The lawyer is spoken to, not the person; what the person began may be answered."""

from __future__ import annotations

from tests.compliance.gate_facts import (
    OTHER_PARTY,
    answer,
    facts,
    is_judged,
    past,
    permits,
    standard,
    stop,
)

NOON = "2026-05-12T12:00:00-04:00"
REPRESENTED = (stop("attorney"),)


def test_a_message_of_the_person_may_be_answered_and_then_no_more():
    wrote = past("2026-05-12T11:00:00-04:00", "received", channel="email", direction="inbound")
    replied = past("2026-05-12T11:30:00-04:00", "sent", channel="email")

    def asked(*history):
        return facts(NOON, channel="email", history=history, stops=REPRESENTED)

    assert permits(asked(wrote), standard("REGF-ATTORNEY"))
    assert not permits(asked(wrote, replied), standard("REGF-ATTORNEY"))
    assert not permits(asked(), standard("REGF-ATTORNEY"))


def test_nobody_else_is_asked_for_a_person_whose_lawyer_is_known():
    theirs = (stop("attorney", party_id=OTHER_PARTY),)
    asked = facts(
        NOON, role="reference", purpose="location", content=["confirming_location"], stops=theirs
    )

    assert answer(asked, standard("REGF-LOCATION-ATTY")) == "attorney_released"
    assert not is_judged(asked, standard("REGF-ATTORNEY"))
    assert not is_judged(facts(NOON, stops=theirs), standard("REGF-LOCATION-ATTY"))

"""A number for texts is confirmed within sixty days."""

from __future__ import annotations

from datetime import datetime

import pytest

from compliance.rules.reconfirmation import changes, check
from tests.compliance.gate_facts import (
    OTHER_PARTY,
    OTHER_PHONE,
    PHONE,
    answer,
    facts,
    is_judged,
    past,
    said,
    standard,
)

SMS60 = standard("REGF-SMS-60D")
#: The sixtieth day after is 30 June, the sixty-first 1 July.
MAY_1 = "2026-05-01T10:00:00-04:00"


def _text(**changes):
    told = {"channel": "sms", "direction": "inbound", "outcome": "received", **changes}
    return past(MAY_1, **told)


@pytest.mark.parametrize(
    ("confirmed", "counts"),
    [
        ({"permissions": (said("yes", channel="sms", given_at=MAY_1),)}, True),
        ({"permissions": (said("yes", channel="sms", given_at=MAY_1, contact_point_id=PHONE),)},
         True),
        ({"permissions": (said("yes", channel="sms", given_at=MAY_1,
                               contact_point_id=OTHER_PHONE),)}, False),
        ({"permissions": (said("no", channel="sms", given_at=MAY_1),)}, False),
        ({"permissions": (said("yes", channel="email", given_at=MAY_1),)}, False),
        ({"history": (_text(),)}, True),
        ({"history": (_text(contact_point_id=OTHER_PHONE),)}, False),
        ({"history": (_text(party_id=OTHER_PARTY),)}, False),
        ({"history": (_text(direction="outbound", outcome="sent"),)}, False),
        ({}, False),
    ],
)  # fmt: skip
def test_sixty_days_after_the_person_agreed_or_wrote_and_not_one_more(confirmed, counts):
    last = facts("2026-06-30T23:59:59-04:00", channel="sms", **confirmed)
    after = facts("2026-07-01T00:00:00-04:00", channel="sms", **confirmed)

    assert answer(last, SMS60) == ("" if counts else "number_reconfirmed")
    assert answer(after, SMS60) == "number_reconfirmed"


def test_it_closes_at_the_midnight_after_the_sixtieth_day():
    agreed = (said("yes", channel="sms", given_at=MAY_1),)
    asked = facts("2026-05-12T12:00:00-04:00", channel="sms", permissions=agreed)

    assert list(changes(asked, SMS60)) == [datetime.fromisoformat("2026-07-01T00:00:00-04:00")]


def test_never_confirmed_and_confirmed_long_ago_read_differently():
    agreed = (said("yes", channel="sms", given_at=MAY_1),)
    later = "2026-09-01T12:00:00-04:00"

    assert check(facts(later, channel="sms"), SMS60)[0].reason == "never_confirmed"
    old = facts(later, channel="sms", permissions=agreed)
    assert check(old, SMS60)[0].reason == "reconfirmation_due"


def test_a_confirmation_of_an_opt_out_and_calls_need_none():
    assert not is_judged(facts(MAY_1), SMS60)
    assert not is_judged(facts(MAY_1, channel="sms", content=["opt_out_confirmation"]), SMS60)

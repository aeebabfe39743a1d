"""Contact that needs a yes before: silence is unknown, and unknown is no."""

from __future__ import annotations

import pytest

from compliance.rules.consent import check
from tests.compliance.gate_facts import (
    LOAN,
    OTHER_LOAN,
    OTHER_PHONE,
    PHONE,
    answer,
    facts,
    is_judged,
    said,
    standard,
)

TCPA = standard("TCPA-CONSENT")
NYC = standard("NYC-EMSG-CONSENT")
NOON = "2026-05-12T12:00:00-04:00"


@pytest.mark.parametrize(
    ("answers", "opens"),
    [
        ((), "consent_given"),
        ((("yes", {}),), ""),
        ((("yes", {"given_at": NOON}),), ""),
        ((("yes", {"given_at": "2026-05-12T12:00:01-04:00"}),), "2026-05-12 12:00:01"),
        ((("yes", {"channel": "call"}),), ""),
        ((("yes", {"channel": "sms"}),), "consent_given"),
        ((("yes", {"contact_point_id": PHONE}),), ""),
        ((("yes", {"contact_point_id": OTHER_PHONE}),), "consent_given"),
        ((("yes", {"loan_id": LOAN}),), ""),
        ((("yes", {"loan_id": OTHER_LOAN}),), "consent_given"),
        ((("yes", {"until": "2026-05-12T12:00:01-04:00"}),), ""),
        ((("yes", {"until": NOON}),), "consent_given"),
        # The newest counts; of one instant the one that came in later.
        ((("yes", {}), ("no", {"given_at": "2026-05-11T10:00:00-04:00"})), "consent_given"),
        ((("no", {}), ("yes", {"given_at": "2026-05-11T10:00:00-04:00"})), ""),
        ((("yes", {}), ("no", {})), "consent_given"),
        ((("no", {}), ("yes", {})), ""),
        # A no that runs out leaves the yes from before.
        ((("yes", {}), ("no", {"given_at": "2026-05-11T10:00-04:00",
                               "until": "2026-05-12T18:00-04:00"})), "2026-05-12 18:00:00"),
        # A yes to something else is none to this.
        ((("yes", {"kind": "channel", "channel": "call"}),), "consent_given"),
    ],
)  # fmt: skip
def test_automated_calls_need_an_express_yes(answers, opens):
    permissions = tuple(
        said(word, **{"kind": "automated_calls", **changes}) for word, changes in answers
    )

    assert answer(facts(NOON, mode="automated", permissions=permissions), TCPA) == opens


def test_every_loan_of_the_contact_needs_it():
    yes = said("yes", "automated_calls", loan_id=LOAN)
    asked = facts(NOON, mode="automated", loan_ids=(LOAN, OTHER_LOAN), permissions=(yes,))

    assert answer(asked, TCPA) == "consent_given"


def test_whom_a_person_calls_needs_none():
    assert not is_judged(facts(NOON), TCPA)
    assert not is_judged(facts(NOON, channel="email", mode="automated"), TCPA)
    assert is_judged(facts(NOON, channel="sms", mode="automated"), TCPA)
    assert is_judged(facts(NOON, mode="notice"), TCPA)


def test_a_no_and_silence_read_differently():
    no = (said("no", "automated_calls"),)

    assert check(facts(NOON), TCPA)[0].reason == "consent_missing"
    assert check(facts(NOON, permissions=no), TCPA)[0].reason == "consent_refused"


def test_new_york_needs_a_yes_to_electronic_messages():
    asked = facts(NOON, channel="sms", content=["opt_out_statement"])
    agreed = facts(NOON, channel="sms", permissions=(said("yes", channel="sms"),))
    confirmed = facts(NOON, channel="sms", content=["opt_out_confirmation"])

    assert answer(asked, NYC) == "consent_given"
    assert answer(agreed, NYC) == ""
    assert not is_judged(confirmed, NYC)
    assert not is_judged(facts(NOON), NYC)

"""A no to a medium or a number, and the messages it leaves open."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.compliance.gate_facts import (
    OTHER_LOAN,
    OTHER_PARTY,
    OTHER_PHONE,
    PHONE,
    answer,
    codes,
    facts,
    past,
    permits,
    said,
    standard,
    window_rule,
)

OPT_OUT = standard("REGF-MEDIUM-OPTOUT")
NOON = "2026-05-12T12:00:00-04:00"
SMS = {"channel": "sms", "content": ["opt_out_statement"]}


@pytest.mark.parametrize(
    ("answers", "opens"),
    [
        ((), ""),
        ((("no", {}),), "consent_given"),
        ((("no", {"given_at": NOON}),), "consent_given"),
        ((("no", {"given_at": "2026-05-12T12:00:01-04:00"}),), ""),
        ((("no", {"channel": "call"}),), ""),
        ((("no", {"contact_point_id": PHONE}),), "consent_given"),
        ((("no", {"contact_point_id": OTHER_PHONE}),), ""),
        ((("no", {"until": "2026-05-12T12:30:00-04:00"}),), "2026-05-12 12:30:00"),
        ((("no", {}), ("yes", {"given_at": "2026-05-11T12:00:00-04:00"})), ""),
        ((("yes", {}), ("no", {"given_at": "2026-05-11T12:00:00-04:00"})), "consent_given"),
        # Again a yes, but for another number.
        ((("no", {}), ("yes", {"given_at": "2026-05-11T12:00-04:00",
                               "contact_point_id": OTHER_PHONE})), "consent_given"),
    ],
)  # fmt: skip
def test_the_newest_answer_about_the_medium_and_the_number_counts(answers, opens):
    permissions = tuple(said(word, **{"channel": "sms", **changes}) for word, changes in answers)

    assert answer(facts(NOON, permissions=permissions, **SMS), OPT_OUT) == opens


def test_it_holds_for_every_loan_of_the_person():
    no = (said("no", channel="sms"),)

    assert not permits(facts(NOON, loan_ids=(OTHER_LOAN,), permissions=no, **SMS), OPT_OUT)


STOPPED = said("no", channel="sms", contact_point_id=PHONE, given_at="2026-05-12T11:59:00-04:00")


@pytest.mark.parametrize(
    ("content", "history", "permitted"),
    [
        (["opt_out_confirmation"], (), True),
        (["opt_out_confirmation", "payment_request"], (), False),
        ([], (), False),
        # One confirmation, and nothing else before it.
        (["opt_out_confirmation"],
         (past("2026-05-12T11:59:30-04:00", "sent", channel="sms"),), False),
        (["opt_out_confirmation"], (past("2026-05-12T11:59:30-04:00", "", channel="sms"),), False),
        (["opt_out_confirmation"],
         (past("2026-05-12T11:59:30-04:00", "failed", channel="sms"),), True),
        (["opt_out_confirmation"],
         (past("2026-05-12T11:58:59-04:00", "sent", channel="sms"),), True),
        (["opt_out_confirmation"],
         (past("2026-05-12T11:59:30-04:00", "sent", channel="email"),), True),
        (["opt_out_confirmation"],
         (past("2026-05-12T11:59:30-04:00", "sent", channel="sms", party_id=OTHER_PARTY),), True),
    ],
)  # fmt: skip
def test_one_bare_confirmation_may_be_sent(content, history, permitted):
    asked = facts(NOON, channel="sms", content=content, history=history, permissions=(STOPPED,))

    assert permits(asked, OPT_OUT) is permitted


def test_one_reply_to_a_message_of_the_person():
    message = past("2026-05-12T11:59:59-04:00", "received", channel="sms", direction="inbound")
    answered = past("2026-05-12T11:59:59-04:00", "sent", channel="sms")
    asked = facts(NOON, history=(message,), permissions=(STOPPED,), **SMS)

    assert permits(asked, OPT_OUT)
    assert not permits(replace(asked, history=(message, answered)), OPT_OUT)


def test_what_a_plan_sends_is_no_reply():
    message = past("2026-05-12T11:59:59-04:00", "received", channel="sms", direction="inbound")
    asked = facts(NOON, history=(message,), permissions=(STOPPED,), **SMS)
    planned = replace(asked, request=replace(asked.request, is_planned=True))

    assert permits(asked, OPT_OUT)
    assert not permits(planned, OPT_OUT)


def test_the_message_that_says_stop_asks_for_no_reply():
    stop = past(STOPPED.given_at.isoformat(), "received", channel="sms", direction="inbound")
    asked = facts(NOON, history=(stop,), permissions=(STOPPED,), **SMS)

    assert not permits(asked, OPT_OUT)


def test_what_the_law_requires_may_be_sent_where_the_text_says_so():
    no = (said("no", channel="sms"),)
    required = facts(NOON, purpose="notice_required", permissions=no, **SMS)

    assert permits(required, OPT_OUT)


def test_a_refusal_of_which_no_pack_speaks_closes_the_channel():
    no = (said("no", channel="sms"),)
    asked = {"permissions": no, **SMS}
    without, with_it = (window_rule(),), (window_rule(), OPT_OUT)

    assert codes(facts(NOON, rules=without, **asked)) == ["CONSENT"]
    assert codes(facts(NOON, rules=with_it, **asked)) == ["REGF-MEDIUM-OPTOUT"]
    # The exceptions are the text's; without a text there are none.
    required = {**asked, "purpose": "notice_required"}
    assert codes(facts(NOON, rules=without, **required)) == ["CONSENT"]
    assert codes(facts(NOON, rules=with_it, **required)) == []

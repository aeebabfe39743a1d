"""The days of quiet after a conversation."""

from __future__ import annotations

from datetime import date

import pytest

from compliance.attempts.models import Outcome
from tests.compliance.gate_facts import (
    LOAN,
    OTHER_LOAN,
    OTHER_PARTY,
    answer,
    facts,
    is_judged,
    only,
    past,
    permits,
    said,
    standard,
)

PAUSE = standard("REGF-7AFTER")
TALK = past("2026-08-13T14:00:00-04:00", "conversation")


@pytest.mark.parametrize(
    ("talk", "at", "opens"),
    [
        (TALK, "2026-08-13T15:00:00-04:00", "2026-08-20 00:00:00"),
        (TALK, "2026-08-19T23:59:59-04:00", "2026-08-20 00:00:00"),
        (TALK, "2026-08-20T00:00:00-04:00", ""),
        # Whoever began it.
        (past("2026-08-13T14:00:00-04:00", "conversation", direction="inbound"),
         "2026-08-19T10:00:00-04:00", "2026-08-20 00:00:00"),
        # A talk about two debts pauses both; one about another debt, or with another, none.
        (past("2026-08-13T14:00:00-04:00", "conversation", loan_ids=(LOAN, OTHER_LOAN)),
         "2026-08-14T10:00:00-04:00", "2026-08-20 00:00:00"),
        (past("2026-08-13T14:00:00-04:00", "conversation", loan_ids=(OTHER_LOAN,)),
         "2026-08-14T10:00:00-04:00", ""),
        (past("2026-08-13T14:00:00-04:00", "conversation", party_id=OTHER_PARTY),
         "2026-08-14T10:00:00-04:00", ""),
        (past("2026-08-13T14:00:00-04:00", "conversation", recipient="consumer_attorney"),
         "2026-08-14T10:00:00-04:00", ""),
        (past("2026-08-13T14:00:00-04:00", "conversation", is_misdirected=True),
         "2026-08-14T10:00:00-04:00", ""),
    ],
)  # fmt: skip
def test_seven_days_of_quiet_the_day_of_the_talk_among_them(talk, at, opens):
    assert answer(facts(at, history=(talk,)), PAUSE) == opens


@pytest.mark.parametrize("outcome", ["", *Outcome.values])
def test_a_talk_pauses_and_a_call_not_yet_ended_may_be_one(outcome):
    asked = facts(
        "2026-08-14T10:00:00-04:00", history=(past("2026-08-13T14:00:00-04:00", outcome),)
    )

    assert permits(asked, PAUSE) is (outcome not in {"", "conversation"})


def test_messages_and_lawyers_are_not_paused():
    at = "2026-08-14T10:00:00-04:00"

    assert not is_judged(facts(at, channel="sms"), PAUSE)
    assert not is_judged(facts(at, recipient="consumer_attorney"), PAUSE)
    assert is_judged(facts(at), PAUSE)


@pytest.mark.parametrize(
    ("wanted", "at", "permitted"),
    [
        ({}, "2026-08-14T10:00:00-04:00", True),
        ({"only_on": date(2026, 8, 17)}, "2026-08-17T10:00:00-04:00", True),
        ({"only_on": date(2026, 8, 17)}, "2026-08-16T23:59:59-04:00", False),
        ({"only_on": date(2026, 8, 17)}, "2026-08-18T00:00:00-04:00", False),
        ({"given_at": "2026-08-13T13:00:00-04:00"}, "2026-08-14T10:00:00-04:00", False),
        ({"loan_id": OTHER_LOAN}, "2026-08-14T10:00:00-04:00", False),
    ],
)
def test_who_asked_to_be_called_again_may_be(wanted, at, permitted):
    wanted = {"given_at": "2026-08-13T14:10:00-04:00", **wanted}
    asked = facts(at, history=(TALK,), permissions=(said("yes", "call_back", **wanted),))

    assert permits(asked, PAUSE) is permitted


def test_the_day_asked_for_opens_the_pause_on_that_day():
    wanted = said("yes", "call_back", "2026-08-13T14:10:00-04:00", only_on=date(2026, 8, 17))
    asked = facts("2026-08-14T10:00:00-04:00", history=(TALK,), permissions=(wanted,))

    assert answer(asked, PAUSE) == "2026-08-17 00:00:00"


def test_a_call_without_an_outcome_is_not_called_a_talk():
    under_way = past("2026-08-14T09:59:00-04:00", "")

    def reason(*history):
        return only(facts("2026-08-14T10:00:00-04:00", history=history), PAUSE)[0].reason

    assert reason(under_way) == "outcome_missing"
    assert reason(TALK) == "pause_after_talk"
    assert reason(TALK, under_way) == "outcome_missing"

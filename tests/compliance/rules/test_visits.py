"""Visits: how many go, recorded, announced, how often."""

from __future__ import annotations

from datetime import date

import pytest

from compliance.gate.facts import NoticeFact
from tests.compliance.gate_facts import (
    LOAN,
    OTHER_LOAN,
    OTHER_PARTY,
    answer,
    facts,
    is_judged,
    past,
    permits,
    said,
    standard,
)

TEN = "2026-05-12T10:00:00+08:00"
SHANGHAI = ("Asia/Shanghai",)


def _visit(at=TEN, zones=SHANGHAI, **changes):
    return facts(at, channel="visit", zones=zones, **changes)


@pytest.mark.parametrize(
    ("people", "opens"), [(None, "visitors_named"), (0, "visitors_named"), (1, "visitors_named"),
                          (2, ""), (3, "")]
)  # fmt: skip
def test_two_go_together(people, opens):
    assert answer(_visit(people_count=people), standard("CN-VISIT-2P")) == opens


@pytest.mark.parametrize(
    ("recorded", "opens"), [(None, "recording_declared"), (False, "recording_declared"), (True, "")]
)
def test_the_whole_visit_is_recorded(recorded, opens):
    assert answer(_visit(is_recorded=recorded), standard("CN-VISIT-REC")) == opens


@pytest.mark.parametrize("code", ["CN-VISIT-2P", "CN-VISIT-REC", "CN-VISIT-GAP", "UK-VISIT"])
def test_calls_are_no_visits(code):
    assert not is_judged(facts(TEN), standard(code))


@pytest.mark.parametrize(
    ("before", "at", "opens"),
    [
        ({}, "2026-05-18T23:59:59+08:00", "2026-05-19 00:00:00"),
        ({}, "2026-05-19T00:00:00+08:00", ""),
        ({"outcome": "not_met"}, TEN, "2026-05-19 00:00:00"),
        ({"outcome": ""}, TEN, "2026-05-19 00:00:00"),
        ({"outcome": "not_made"}, TEN, ""),
        ({"party_id": OTHER_PARTY}, TEN, "2026-05-19 00:00:00"),
        ({"loan_ids": (OTHER_LOAN,)}, TEN, ""),
        ({"channel": "call", "outcome": "conversation"}, TEN, ""),
    ],
)
def test_seven_natural_days_between_visits_about_a_loan(before, at, opens):
    told = {"outcome": "met", "channel": "visit", "contact_point_id": None, **before}
    asked = _visit(at, history=(past("2026-05-12T09:00:00+08:00", **told),))

    assert answer(asked, standard("CN-VISIT-GAP")) == opens


def test_in_massachusetts_one_visit_in_thirty_days_unless_agreed():
    rule, zones = standard("MA-VISIT-30D"), ("America/New_York",)
    before = (past("2026-05-01T10:00:00-04:00", "met", channel="visit"),)
    last = _visit("2026-05-30T23:59:59-04:00", zones, history=before)

    assert answer(last, rule) == "2026-05-31 00:00:00"
    assert permits(_visit("2026-05-31T00:00:00-04:00", zones, history=before), rule)
    agreed = (said("yes", "visit"),)
    assert permits(
        _visit("2026-05-12T10:00:00-04:00", zones, history=before, permissions=agreed), rule
    )


@pytest.mark.parametrize(
    ("notices", "history", "opens"),
    [
        ((), (), "notice_served"),
        ((NoticeFact("visit_notice", date(2026, 5, 9), loan_id=LOAN),), (), ""),
        ((NoticeFact("visit_notice", date(2026, 5, 10), loan_id=LOAN),), (),
         "2026-05-13 00:00:00"),
        ((NoticeFact("visit_notice", date(2026, 5, 10), days=2, loan_id=LOAN),), (), ""),
        ((NoticeFact("visit_notice", date(2026, 5, 1), loan_id=OTHER_LOAN),), (),
         "notice_served"),
        ((NoticeFact("demand", date(2026, 5, 1), loan_id=LOAN),), (), "notice_served"),
        # Only a first visit needs it.
        ((), (past("2026-05-01T10:00:00+01:00", "met", channel="visit"),), ""),
        ((), (past("2026-05-01T10:00:00+01:00", "not_made", channel="visit"),), "notice_served"),
        ((), (past("2026-05-01T10:00:00+01:00", "met", channel="visit", party_id=OTHER_PARTY),),
         "notice_served"),
    ],
)  # fmt: skip
def test_a_first_visit_is_announced(notices, history, opens):
    asked = _visit(
        "2026-05-12T10:00:00+01:00", ("Europe/London",), notices=notices, history=history
    )

    assert answer(asked, standard("UK-VISIT")) == opens

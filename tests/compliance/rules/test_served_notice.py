"""Notices that must be served, and have run their days, before the car is taken."""

from __future__ import annotations

from datetime import date

import pytest

from compliance.gate.facts import NoticeFact
from compliance.rules.served_notice import check
from tests.compliance.gate_facts import LOAN, OTHER_LOAN, answer, facts, is_judged, standard

CURE, DEFAULT = standard("US-CURE"), standard("UK-DEFAULT-14")


def _taking(at, *notices, zone="America/Chicago", **changes):
    return facts(at, channel="repossession", zones=(zone,), notices=notices, **changes)


def _default(served_on, **changes):
    return NoticeFact("default_notice_uk", served_on, **{"loan_id": LOAN, **changes})


def _cure(served_on=date(2026, 5, 1), **changes):
    return NoticeFact("right_to_cure", served_on, **{"loan_id": LOAN, **changes})


@pytest.mark.parametrize(
    ("at", "notices", "opens"),
    [
        ("2026-03-16T23:59:59+00:00", (_default(date(2026, 3, 2)),), "2026-03-17 00:00:00"),
        ("2026-03-17T00:00:00+00:00", (_default(date(2026, 3, 2)),), ""),
        ("2026-03-17T00:00:00+00:00", (), "notice_served"),
        ("2026-03-17T00:00:00+00:00", (_default(date(2026, 3, 18)),), "2026-04-02 00:00:00"),
        # The newest counts: what it is about has not been put right.
        ("2026-03-17T00:00:00+00:00", (_default(date(2026, 3, 2)), _default(date(2026, 3, 10))),
         "2026-03-25 00:00:00"),
        # A notice may give more days, not fewer.
        ("2026-03-17T00:00:00+00:00", (_default(date(2026, 3, 2), days=21),),
         "2026-03-24 00:00:00"),
        ("2026-03-10T00:00:00+00:00", (_default(date(2026, 3, 2), days=3),),
         "2026-03-17 00:00:00"),
        ("2026-03-17T00:00:00+00:00", (_default(date(2026, 3, 2), loan_id=OTHER_LOAN),),
         "notice_served"),
        ("2026-03-17T00:00:00+00:00", (_cure(date(2026, 3, 2)),), "notice_served"),
    ],
)  # fmt: skip
def test_fourteen_clear_days_after_a_default_notice(at, notices, opens):
    # A notice served later is not yet known to be coming; the clock alone then opens nothing.
    asked = _taking(at, *notices, zone="Europe/London")

    assert answer(asked, DEFAULT) == opens


def test_every_loan_needs_its_notice():
    asked = _taking(
        "2026-03-20T10:00:00+00:00",
        _default(date(2026, 3, 2)),
        zone="Europe/London",
        loan_ids=(LOAN, OTHER_LOAN),
    )

    assert answer(asked, DEFAULT) == "notice_served"


@pytest.mark.parametrize(
    ("state", "days"),
    [
        *(("US-WI", 15), ("US-CO", 20), ("US-SC", 20), ("US-MA", 21), ("US-IA", 20)),
        *(("US-MO", 20), ("US-ME", 14), ("US-WV", 10), ("US-KS", 20), ("US-NE", 20)),
        ("US-DC", 15),
    ],
)
def test_the_days_to_cure_by_state(state, days):
    last = date(2026, 5, 1 + days)
    within = _taking(f"{last}T23:59:59-05:00", _cure(), locations=(state,))

    assert answer(within, CURE) == f"2026-05-{days + 2:02} 00:00:00"
    assert answer(_taking("2026-05-20T12:00:00-05:00", locations=(state,)), CURE) == "notice_served"


@pytest.mark.parametrize(
    ("locations", "notices", "opens"),
    [
        # A state that asks for none.
        (("US-TX",), (), ""),
        # No state on file: nobody knows, so a notice is asked for.
        ((), (), "place_known"),
        (("US",), (), "place_known"),
        (("CN",), (), ""),
        # Two states: the longer days.
        (("US-TX", "US-WI"), (), "notice_served"),
        (("US-WI", "US-MA"), (_cure(),), "2026-05-23 00:00:00"),
        # A city has what its state asks for.
        (("US-MA-BOS",), (_cure(),), "2026-05-23 00:00:00"),
        # What the notice itself grants counts, wherever.
        ((), (_cure(days=15),), "2026-05-17 00:00:00"),
        (("US-TX",), (_cure(days=15),), "2026-05-17 00:00:00"),
        (("US-WI",), (_cure(days=5),), "2026-05-17 00:00:00"),
    ],
)
def test_where_a_notice_is_asked_for(locations, notices, opens):
    asked = _taking("2026-05-11T09:00:00-05:00", *notices, locations=locations)

    assert answer(asked, CURE) == opens


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (_taking("2026-05-11T09:00:00-05:00", _cure(), locations=("US-WI",)), "notice_running"),
        (_taking("2026-05-11T09:00:00-05:00", locations=("US-WI",)), "notice_missing"),
        (_taking("2026-05-11T09:00:00-05:00"), "notice_place_unknown"),
    ],
)
def test_what_is_lacking_is_said(asked, reason):
    assert check(asked, CURE)[0].reason == reason


def test_letters_and_visits_need_no_notice():
    assert not is_judged(facts("2026-05-11T09:00:00-05:00", channel="letter"), CURE)
    assert not is_judged(facts("2026-05-11T09:00:00-05:00", channel="visit"), DEFAULT)

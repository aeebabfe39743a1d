"""Contact at work that the employer forbids."""

from __future__ import annotations

import pytest

from tests.compliance.gate_facts import (
    OTHER_PARTY,
    answer,
    codes,
    facts,
    said,
    standard,
    stop,
    window_rule,
)

NOON = "2026-05-12T12:00:00-04:00"
FORBIDDEN = stop("employer_prohibits", "2026-05-01T12:00:00-04:00")


@pytest.mark.parametrize(
    ("changes", "opens"),
    [
        ({}, "work_calls_agreed"),
        ({"place": "mobile"}, ""),
        ({"place": ""}, ""),
        ({"stops": ()}, ""),
        ({"stops": (stop("employer_prohibits", "2026-05-12T12:00:01-04:00"),)}, ""),
        ({"stops": (stop("employer_prohibits", ends_at="2026-05-12T12:30:00-04:00"),)},
         "2026-05-12 12:30:00"),
        ({"stops": (stop("employer_prohibits", party_id=OTHER_PARTY),)}, ""),
        ({"permissions": (said("yes", "work_calls", "2026-05-02T12:00:00-04:00"),)}, ""),
        # A yes from before says nothing about what the employer forbade since.
        ({"permissions": (said("yes", "work_calls", "2026-04-01T12:00:00-04:00"),)},
         "work_calls_agreed"),
        ({"permissions": (said("yes", "work_calls", "2026-05-02T12:00:00-04:00"),
                          said("no", "work_calls", "2026-05-03T12:00:00-04:00"))},
         "work_calls_agreed"),
    ],
)  # fmt: skip
def test_no_contact_at_work_where_the_employer_forbids_it(changes, opens):
    asked = facts(NOON, **{"place": "work", "stops": (FORBIDDEN,), **changes})

    assert answer(asked, standard("REGF-WORKPLACE")) == opens


@pytest.mark.parametrize(
    ("details", "at", "opens"),
    [
        ({"said": "aloud"}, "2026-05-10T23:59:59-04:00", "2026-05-11 00:00:00"),
        ({"said": "aloud"}, "2026-05-11T00:00:00-04:00", ""),
        ({"said": "in_writing"}, "2026-05-11T00:00:00-04:00", "work_calls_agreed"),
        ({}, "2026-05-11T00:00:00-04:00", "work_calls_agreed"),
    ],
)
def test_in_massachusetts_what_was_said_aloud_holds_for_ten_days(details, at, opens):
    forbidden = stop("employer_prohibits", "2026-05-01T12:00:00-04:00", details=details)
    asked = facts(at, place="work", stops=(forbidden,))

    assert answer(asked, standard("MA-WORKPLACE")) == opens


def test_where_no_pack_speaks_of_it_work_is_closed_and_nothing_else():
    rules = (window_rule(),)

    assert codes(facts(NOON, place="work", rules=rules, stops=(FORBIDDEN,))) == ["STOP"]
    assert codes(facts(NOON, place="mobile", rules=rules, stops=(FORBIDDEN,))) == []

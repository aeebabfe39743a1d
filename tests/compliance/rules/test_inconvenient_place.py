"""Places and numbers the person asked us not to use."""

from __future__ import annotations

from datetime import date

import pytest

from tests.compliance.gate_facts import (
    OTHER_PHONE,
    PHONE,
    answer,
    facts,
    standard,
    wish,
)

PLACE = standard("REGF-PLACE")
NOON = "2026-05-12T12:00:00-04:00"


@pytest.mark.parametrize(
    ("place", "wanted", "opens"),
    [
        ("work", {"place": "work"}, "preference_ended"),
        ("home", {"place": "work"}, ""),
        # A mobile is tied to no place.
        ("mobile", {"place": "work"}, ""),
        ("", {"place": "work"}, ""),
        ("mobile", {"contact_point_id": PHONE}, "preference_ended"),
        ("mobile", {"contact_point_id": OTHER_PHONE}, ""),
        ("work", {"place": "work", "until": date(2026, 5, 12)}, "2026-05-13 00:00:00"),
        ("work", {"place": "work", "until": date(2026, 5, 11)}, ""),
        ("work", {"place": "work", "starts_at": "2026-05-12T12:00:00-04:00"}, "preference_ended"),
        ("work", {"place": "work", "starts_at": "2026-05-12T12:00:01-04:00"}, ""),
    ],
)
def test_a_place_or_number_is_left_alone(place, wanted, opens):
    asked = facts(NOON, place=place, preferences=(wish("inconvenient_place", **wanted),))

    assert answer(asked, PLACE) == opens

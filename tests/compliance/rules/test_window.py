"""The contact window at its boundaries: minutes, two zones, daylight saving."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from compliance.gate.facts import Channel
from compliance.gate.services import judge
from tests.compliance.gate_facts import facts, window_rule

NEW_YORK, PACIFIC = "America/New_York", "America/Los_Angeles"
PHOENIX, SHANGHAI = "America/Phoenix", "Asia/Shanghai"
TO_22 = ("08:00", "22:00")


@pytest.mark.parametrize(
    ("at", "zones", "rule", "allowed", "next_allowed"),
    [
        ("2026-05-12T07:59:59-04:00", (NEW_YORK,), None, False, "2026-05-12T08:00:00-04:00"),
        ("2026-05-12T08:00:00-04:00", (NEW_YORK,), None, True, None),
        ("2026-05-12T20:59:59-04:00", (NEW_YORK,), None, True, None),
        ("2026-05-12T21:00:00-04:00", (NEW_YORK,), None, False, "2026-05-13T08:00:00-04:00"),
        # Number in the East, home in the West: 11:00 to 21:00 Eastern.
        ("2026-05-12T10:59:00-04:00", (NEW_YORK, PACIFIC), None, False, "2026-05-12T11:00-04:00"),
        ("2026-05-12T11:00:00-04:00", (NEW_YORK, PACIFIC), None, True, None),
        ("2026-05-12T21:00:00-04:00", (NEW_YORK, PACIFIC), None, False, "2026-05-13T11:00-04:00"),
        # Clocks go forward on 8 March 2026: 08:00 there comes an hour earlier in UTC.
        ("2026-03-08T11:59:59+00:00", (NEW_YORK,), None, False, "2026-03-08T12:00:00+00:00"),
        ("2026-03-07T12:59:59+00:00", (NEW_YORK,), None, False, "2026-03-07T13:00:00+00:00"),
        # Arizona keeps its clock; in summer it agrees with the Pacific.
        ("2026-07-01T08:00:00-07:00", (PHOENIX, PACIFIC), None, True, None),
        (
            "2026-12-01T08:00:00-07:00",
            ("America/Phoenix", PACIFIC),
            None,
            False,
            "2026-12-01T09:00-07:00",
        ),
        (
            "2026-11-23T22:00:00+08:00",
            ("Asia/Shanghai",),
            ("08:00", "22:00"),
            False,
            "2026-11-24T08:00+08:00",
        ),
        ("2026-11-23T21:59:59+08:00", ("Asia/Shanghai",), ("08:00", "22:00"), True, None),
    ],
)
def test_window(at, zones, rule, allowed, next_allowed):
    rules = (window_rule(*rule) if rule else window_rule(),)

    decision = judge(facts(at, zones=zones, rules=rules))

    assert decision.allowed is allowed
    expected = datetime.fromisoformat(next_allowed) if next_allowed else None
    assert decision.next_allowed_at == expected


def test_places_that_share_no_hours_never_open_by_the_clock():
    zones = ("Asia/Shanghai", "America/Chicago")
    narrow = (window_rule("09:00", "17:00"),)

    decision = judge(facts("2026-05-12T10:00:00+08:00", zones=zones, rules=narrow))

    assert not decision.allowed
    assert decision.next_allowed_at is None
    assert [found.reason for found in decision.denials] == ["window_never_opens"]
    assert decision.denials[0].event == "place_known"


def test_a_letter_has_no_hours():
    assert judge(facts("2026-05-12T03:00:00-04:00", channel=Channel.LETTER)).allowed


def test_an_open_window_says_when_it_closes():
    decision = judge(facts("2026-05-12T18:00:00-04:00", zones=(NEW_YORK, PACIFIC)))

    assert decision.closes_at == datetime.fromisoformat("2026-05-12T21:00:00-04:00")


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        (NEW_YORK, "2026-03-08"),
        (NEW_YORK, "2026-11-01"),
        ("Europe/London", "2026-03-29"),
        ("Europe/London", "2026-10-25"),
        ("America/Phoenix", "2026-03-08"),
        ("Asia/Shanghai", "2026-03-08"),
    ],
)
def test_every_minute_of_the_days_the_clocks_change(zone, day):
    """Against the plainest reading of the rule: the hour on the wall there is 8 to 20."""
    start = datetime.fromisoformat(f"{day}T00:00:00+00:00") - timedelta(hours=14)

    for minute in range(52 * 60):
        at = start + timedelta(minutes=minute)
        wall = at.astimezone(ZoneInfo(zone))
        decision = judge(facts(at.astimezone(UTC).isoformat(), zones=(zone,)))
        assert decision.allowed is (8 <= wall.hour < 21), wall
        if not decision.allowed:
            opening = decision.next_allowed_at
            assert opening > at
            assert opening.astimezone(ZoneInfo(zone)).strftime("%H:%M:%S") == "08:00:00"

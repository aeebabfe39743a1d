"""The contact window at its boundaries: minutes, two zones, daylight saving."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from compliance.gate.facts import Channel
from compliance.gate.services import judge
from tests.compliance.gate_facts import answer, facts, said, standard, window_rule, wish

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


def test_hours_begin_where_the_pack_says_and_end_before_its_last_second():
    """One second before and the second of every edge, as the packs tell them."""
    for code, zone, opens, closes in (
        ("REGF-HOURS", NEW_YORK, 8, 21),
        ("MA-HOURS", NEW_YORK, 8, 21),
        ("CN-HOURS", SHANGHAI, 8, 22),
        ("UK-TIME", "Europe/London", 8, 21),
        ("IN-HOURS", "Asia/Kolkata", 8, 19),
    ):
        rule, place = standard(code), ZoneInfo(zone)
        for hour, before, after in ((opens, False, True), (closes, True, False)):
            edge = datetime(2026, 5, 12, hour, tzinfo=place)
            early = facts((edge - timedelta(seconds=1)).isoformat(), zones=(zone,))
            assert (answer(early, rule) == "") is before, code
            assert (answer(facts(edge.isoformat(), zones=(zone,)), rule) == "") is after, code


@pytest.mark.parametrize(
    ("at", "agreed", "opens"),
    [
        ("2026-05-12T22:30:00+08:00", {}, ""),
        ("2026-05-12T22:59:59+08:00", {}, ""),
        ("2026-05-12T23:00:00+08:00", {}, "2026-05-13 08:00:00"),
        # Before it was agreed, on another day of the week, and after its last day.
        (
            "2026-05-12T22:30:00+08:00",
            {"starts_at": "2026-05-12T22:30:01+08:00"},
            "2026-05-12 22:30:01",
        ),
        ("2026-05-12T22:30:00+08:00", {"days": frozenset({2})}, "2026-05-13 08:00:00"),
        ("2026-05-12T22:30:00+08:00", {"until": date(2026, 5, 11)}, "2026-05-13 08:00:00"),
        # Over midnight the hours count to the day they begin on.
        ("2026-05-13T00:30:00+08:00", {"closes": time(1), "days": frozenset({1})}, ""),
        (
            "2026-05-13T01:00:00+08:00",
            {"closes": time(1), "days": frozenset({1})},
            "2026-05-13 08:00:00",
        ),
        (
            "2026-05-12T00:30:00+08:00",
            {"closes": time(1), "days": frozenset({1})},
            "2026-05-12 08:00:00",
        ),
    ],
)
def test_hours_agreed_with_the_person_are_open_too(at, agreed, opens):
    agreed = {"opens": time(22), "closes": time(23), **agreed}
    asked = facts(at, zones=(SHANGHAI,), preferences=(wish("agreed_hours", **agreed),))

    assert answer(asked, standard("CN-HOURS")) == opens


def test_agreed_hours_count_only_where_the_text_lets_them():
    late = facts(
        "2026-05-12T19:30:00+05:30",
        zones=("Asia/Kolkata",),
        preferences=(wish("agreed_hours", opens=time(19), closes=time(20)),),
    )

    assert answer(late, standard("IN-HOURS")) == "2026-05-13 08:00:00"


@pytest.mark.parametrize(
    ("at", "answers", "opens"),
    [
        ("2026-05-12T21:30:00-04:00", ({},), ""),
        ("2026-05-12T22:00:00-04:00", ({},), "2026-05-13 08:00:00"),
        ("2026-05-12T21:30:00-04:00", ({"only_on": date(2026, 5, 13)},), "2026-05-13 08:00:00"),
        (
            "2026-05-12T21:30:00-04:00",
            ({"until": "2026-05-12T21:30:00-04:00"},),
            "2026-05-13 08:00:00",
        ),
        (
            "2026-05-12T21:30:00-04:00",
            ({}, {"answer": "no", "given_at": "2026-05-01T12:00-04:00"}),
            "2026-05-13 08:00:00",
        ),
    ],
)
def test_a_yes_to_later_hours_opens_them_until_it_is_taken_back(at, answers, opens):
    permissions = tuple(
        said(**{"answer": "yes", "kind": "hours", "opens": time(21), "closes": time(22), **changes})
        for changes in answers
    )

    assert answer(facts(at, permissions=permissions), standard("REGF-HOURS")) == opens

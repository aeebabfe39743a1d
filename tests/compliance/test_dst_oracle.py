"""The gate on the days on which clocks change, minute by minute, beside a brute force."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from compliance.conformance.asking import request_of
from compliance.conformance.stage import build_stage
from compliance.gate.services import decide_many
from compliance.rulepacks.services import install_pack
from core import clock
from tests.compliance.wall_clock import DAY, WallClock, minutes, wall_clock
from tests.loans.builders import CLERK

YEAR = 2026
#: North and south, an hour and half an hour, at night and at midnight.
ZONES = (
    "America/New_York",
    "America/Los_Angeles",
    "Europe/London",
    "Australia/Lord_Howe",
    "Africa/Cairo",
)
EPOCH = minutes(date(1970, 1, 1))
AHEAD = 4
pytestmark = pytest.mark.django_db


def instant(minute: int) -> datetime:
    return datetime.fromtimestamp((minute - EPOCH) * 60, UTC)


def publish_window(code: str, opens: str, closes: str) -> None:
    """A pack of one rule, so that nothing else opens or closes."""
    rule = {
        "rule": "window",
        "code": f"{code}-HOURS",
        "values": {"opens": opens, "closes": closes, "channels": ["call"]},
        "citation": "the test",
        "binding": "policy",
    }
    document = {
        "code": code,
        "name": code,
        "version": 1,
        "effective_from": "2020-01-01",
        "rules": [rule],
    }
    install_pack(document=document, by=CLERK)


def base_request(code: str, zones: tuple[str, ...]):
    """A call to somebody who may be in the zones, as the services put them on record."""
    call = {
        "channel": "call",
        "at": f"{YEAR}-06-01T12:00:00+00:00",
        "party": "C1",
        "party_role": "debtor",
        "debts": ["L1"],
        "endpoint": "M1",
    }
    scenario = {
        "ruleset": [code],
        "subject": {"tz_candidates": list(zones)},
        "history": [],
        "state": {"flags": {}},
        "proposed": call,
    }
    with clock.held_at(datetime(YEAR, 6, 1, 12, tzinfo=UTC)):
        return request_of(build_stage(scenario))


def is_open(clocks: list[WallClock], opens: int, closes: int, minute: int) -> bool:
    return all(opens <= wall.shown(minute)[1] < closes for wall in clocks)


def differences(request, clocks, opens, closes, asked):
    """What the gate answers otherwise than the brute force: verdict, next opening, next closing."""
    walked = range(asked[0], asked[-1] + AHEAD * DAY)
    opened = [minute for minute in walked if is_open(clocks, opens, closes, minute)]
    closed = sorted(set(walked) - set(opened))
    decisions = decide_many([replace(request, at=instant(minute)) for minute in asked])
    wrong = []
    for minute, decision in zip(asked, decisions, strict=True):
        opening = opened[bisect_left(opened, minute)]
        closing = closed[bisect_left(closed, minute)]
        expected = (
            (True, None, instant(closing)) if opening == minute else (False, instant(opening), None)
        )
        found = (decision.allowed, decision.next_allowed_at, decision.closes_at)
        if found != expected:
            wrong.append((instant(minute), found, expected))
    return wrong


#: Reg F's hours; and hours that begin and end where clocks change, so that a day opens twice or
#: not at all.
WINDOWS = [
    ("08:00", "21:00"),
    pytest.param("01:30", "23:30", marks=pytest.mark.chaos),
    pytest.param("02:15", "02:45", marks=pytest.mark.chaos),
]


@pytest.mark.parametrize(("opens", "closes"), WINDOWS)
def test_every_minute_of_the_days_on_which_clocks_change(opens, closes):
    publish_window("EDGE", opens, closes)
    checked = 0
    wrong = []
    for zone in ZONES:
        wall = wall_clock(zone, YEAR)
        request = base_request("EDGE", (zone,))
        for day in wall.edge_days():
            asked = wall.minutes_of(day)
            checked += len(asked)
            wrong += differences(request, [wall], _minute(opens), _minute(closes), asked)

    assert checked == 2 * len(ZONES) * DAY == 14_400
    assert wrong == []


def test_somebody_who_may_be_in_two_zones_that_change_on_different_days():
    """London goes back a week before New York: for that week their hours overlap one longer."""
    publish_window("EDGE", "08:00", "21:00")
    zones = ("America/New_York", "Europe/London")
    clocks = [wall_clock(zone, YEAR) for zone in zones]
    request = base_request("EDGE", zones)
    days = sorted({day for wall in clocks for day in wall.edge_days()})

    assert len(days) == 4
    for day in days:
        asked = list(range(day * DAY, (day + 1) * DAY))
        assert differences(request, clocks, 8 * 60, 21 * 60, asked) == []


def test_the_brute_force_knows_the_changes_that_were_announced():
    """So that two mistakes do not agree: the changes of 2026 as they are published."""
    days = {
        zone: [date.fromordinal(day) for day in wall_clock(zone, YEAR).edge_days()]
        for zone in ZONES
    }

    assert days["America/New_York"] == [date(2026, 3, 8), date(2026, 11, 1)]
    assert days["America/Los_Angeles"] == [date(2026, 3, 8), date(2026, 11, 1)]
    assert days["Europe/London"] == [date(2026, 3, 29), date(2026, 10, 25)]
    assert days["Australia/Lord_Howe"] == [date(2026, 4, 5), date(2026, 10, 4)]
    assert days["Africa/Cairo"] == [date(2026, 4, 24), date(2026, 10, 29)]
    lengths = [len(wall_clock("Australia/Lord_Howe", YEAR).minutes_of(day.toordinal()))
               for day in days["Australia/Lord_Howe"]]  # fmt: skip
    assert lengths == [DAY + 30, DAY - 30]


def test_a_gate_that_keeps_yesterdays_offset_is_found_out():
    """The check can fail: a clock that never changes disagrees with the gate."""
    publish_window("EDGE", "08:00", "21:00")
    wall = wall_clock("America/New_York", YEAR)
    frozen = replace(wall, summer=wall.standard)
    request = base_request("EDGE", ("America/New_York",))
    asked = wall.minutes_of(wall.edge_days()[0])

    wrong = differences(request, [frozen], 8 * 60, 21 * 60, asked)

    assert len(wrong) > 60


def _minute(text: str) -> int:
    hours, _, rest = text.partition(":")
    return int(hours) * 60 + int(rest)

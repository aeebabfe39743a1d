"""Identifiers that sort by time, and the one clock."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
import time_machine

from core import clock
from core.ids import uuid7, uuid7_pk


def test_uuid7_is_a_version_7_and_sorts_by_time():
    first = uuid7()
    time.sleep(0.002)
    second = uuid7()
    assert first.version == 7
    assert first < second
    assert uuid7_pk().primary_key


def test_clock_is_aware_and_can_be_stopped():
    with time_machine.travel(datetime(2026, 3, 8, 16, 30, tzinfo=UTC), tick=False):
        assert clock.now() == datetime(2026, 3, 8, 16, 30, tzinfo=UTC)
        assert clock.local_now("Asia/Shanghai").hour == 0
        assert clock.local_today("Asia/Shanghai") == date(2026, 3, 9)
        assert clock.local_today(ZoneInfo("America/New_York")) == date(2026, 3, 8)


def test_unknown_zone_is_refused():
    with pytest.raises(ZoneInfoNotFoundError):
        clock.local_now("Mars/Olympus")


def test_the_clock_is_held_for_a_scenario_and_let_go_again():
    then = datetime(2031, 5, 1, 8, tzinfo=ZoneInfo("Asia/Shanghai"))

    with clock.held_at(then):
        assert clock.now() == then
        with clock.held_at(datetime(2020, 1, 1, tzinfo=UTC)):
            assert clock.now().year == 2020
        assert clock.now() == then
        assert clock.now().tzinfo is UTC

    assert clock.now().year < 2031
    naive = datetime(2031, 5, 1, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"), clock.held_at(naive):
        pass


def test_a_held_clock_is_let_go_when_the_scenario_breaks():
    with (
        pytest.raises(RuntimeError, match="broken"),
        clock.held_at(datetime(2031, 5, 1, tzinfo=UTC)),
    ):
        raise RuntimeError("broken")

    assert clock.now().year < 2031

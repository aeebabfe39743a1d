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

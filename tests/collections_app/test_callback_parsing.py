"""What agents type for a callback, in both languages, on the clock of the person."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from collections_app.callbacks.parsing import on_the_clock, read_when, resolve

NEW_YORK, SHANGHAI = "America/New_York", "Asia/Shanghai"
#: Monday, 30 November 2026, 09:00 in New York.
MONDAY = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("t 10", "2026-12-01 10:00"),
        ("t10", "2026-12-01 10:00"),
        ("T 10:30", "2026-12-01 10:30"),
        ("tomorrow 10am", "2026-12-01 10:00"),
        ("tmr 3", "2026-12-01 15:00"),
        ("tomorrow 03:00", "2026-12-01 03:00"),
        ("today 15", "2026-11-30 15:00"),
        ("tonight 7", "2026-11-30 19:00"),
        ("15:30", "2026-11-30 15:30"),
        ("1530", "2026-11-30 15:30"),
        ("8:00", "2026-12-01 08:00"),
        ("10", "2026-11-30 10:00"),
        ("fri 15:30", "2026-12-04 15:30"),
        ("friday 3pm", "2026-12-04 15:00"),
        ("mon 10", "2026-12-07 10:00"),
        ("next wed 9", "2026-12-02 09:00"),
        ("thurs 12 pm", "2026-12-03 12:00"),
        ("+2h", "2026-11-30 11:00"),
        ("+45m", "2026-11-30 09:45"),
        ("in 2 hours", "2026-11-30 11:00"),
        ("+3d", "2026-12-03 09:00"),
        ("+3d 10:30", "2026-12-03 10:30"),
        ("2026-12-01 10:00", "2026-12-01 10:00"),
        ("2026-12-01T10:00", "2026-12-01 10:00"),
        ("12-24 10", "2026-12-24 10:00"),
        ("1/15 10:00", "2027-01-15 10:00"),
        ("明天10点", "2026-12-01 10:00"),
        ("明天上午十点半", "2026-12-01 10:30"),
        ("明天3点", "2026-12-01 15:00"),
        ("周五下午3点", "2026-12-04 15:00"),
        ("星期五 15：30", "2026-12-04 15:30"),
        ("下周一9点", "2026-12-07 09:00"),
        ("本周三下午两点一刻", "2026-12-02 14:15"),
        ("礼拜天上午10点", "2026-12-06 10:00"),
        ("今晚7点", "2026-11-30 19:00"),
        ("后天10点整", "2026-12-02 10:00"),
        ("大后天上午9时", "2026-12-03 09:00"),
        ("12月1日10点", "2026-12-01 10:00"),
        ("十二月二十三号下午四点", "2026-12-23 16:00"),
        ("2026年12月1日10:00", "2026-12-01 10:00"),
        ("2小时后", "2026-11-30 11:00"),
        ("两个小时后", "2026-11-30 11:00"),
        ("半小时后", "2026-11-30 09:30"),
        ("30分钟后", "2026-11-30 09:30"),
        ("3天后10点", "2026-12-03 10:00"),
        ("明天１０点", "2026-12-01 10:00"),
    ],
)
def test_what_is_understood(text, expected):
    assert f"{read_when(text, MONDAY, NEW_YORK):%Y-%m-%d %H:%M}" == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "at what time"),
        ("soon", "at what time"),
        ("tomorrow", "at what time"),
        ("明天", "at what time"),
        ("2026-02-30 10:00", "no such day"),
        ("t 25", "no such time"),
        ("today 8:30", "passed"),
        ("2026-11-29 10:00", "passed"),
        ("本周一上午8点", "passed"),
    ],
)
def test_what_is_not(text, says):
    with pytest.raises(ValidationError, match=says):
        read_when(text, MONDAY, NEW_YORK)


def test_the_day_is_the_persons_not_the_agents():
    """At two on Tuesday in Shanghai it is still Monday in New York."""
    late = datetime(2026, 11, 30, 18, 0, tzinfo=UTC)  # 02:00 on Tuesday in Shanghai

    assert f"{read_when('t 10', late, SHANGHAI):%Y-%m-%d}" == "2026-12-02"
    assert f"{read_when('t 10', late, NEW_YORK):%Y-%m-%d}" == "2026-12-01"


def test_a_time_that_the_clock_skips_is_the_one_it_shows_instead():
    before = datetime(2027, 3, 13, 15, 0, tzinfo=UTC)

    read = read_when("2027-03-14 02:30", before, NEW_YORK)

    assert read == datetime.fromisoformat("2027-03-14T03:30")
    assert resolve(read, NEW_YORK) == datetime(2027, 3, 14, 7, 30, tzinfo=UTC)


def test_of_a_time_shown_twice_the_first_is_meant_and_hours_from_now_run_through_both():
    twice = datetime.fromisoformat("2027-11-07T01:30")
    assert resolve(twice, NEW_YORK) == datetime(2027, 11, 7, 5, 30, tzinfo=UTC)

    first = datetime(2027, 11, 7, 5, 30, tzinfo=UTC)  # 01:30, the first time
    later = read_when("+1h", first, NEW_YORK)

    assert (later.hour, later.minute, later.fold) == (1, 30, 1)
    assert resolve(later, NEW_YORK) == datetime(2027, 11, 7, 6, 30, tzinfo=UTC)


def test_every_quarter_hour_of_days_with_a_change_resolves_to_a_moment_that_the_clock_shows():
    """The oracle is the zone itself: what is resolved and shown again is what was asked, or later
    by the gap where the clock skips it."""
    zone = ZoneInfo(NEW_YORK)
    gaps = 0
    for day in (
        datetime.fromisoformat("2026-03-08T00:00"),
        datetime.fromisoformat("2026-11-01T00:00"),
        datetime.fromisoformat("2027-03-14T00:00"),
    ):
        for quarter in range(96):
            wall = day.replace(hour=quarter // 4, minute=15 * (quarter % 4))
            shown = resolve(wall, NEW_YORK).astimezone(zone).replace(tzinfo=None)
            assert shown == on_the_clock(wall, NEW_YORK)
            assert (shown - wall).total_seconds() in (0, 3600)
            gaps += shown != wall
    assert gaps == 8  # the hour skipped in each of the two springs

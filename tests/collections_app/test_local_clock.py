"""The time where a person is: one clock, both of two, or the span of more."""

from datetime import UTC, datetime

import pytest

from collections_app.desk.people import local_clock

AT = datetime(2026, 11, 24, 1, 29, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zones", "expected"),
    [
        ((), ("", "")),
        (("Asia/Shanghai",), ("09:29", "UTC+8")),
        (("America/New_York", "America/Detroit"), ("20:29", "UTC-5")),
        (("America/New_York", "America/Chicago"), ("19:29 or 20:29", "UTC-6 or UTC-5")),
        (("Asia/Kolkata",), ("06:59", "UTC+5:30")),
    ],
)
def test_one_clock_or_both_that_are_possible(zones, expected):
    assert local_clock(zones, AT) == expected


def test_of_more_than_two_the_earliest_and_the_latest():
    zones = ("America/New_York", "America/Los_Angeles", "America/Chicago")

    assert local_clock(zones, AT) == ("17:29 to 20:29", "UTC-8 to UTC-5")


def test_around_midnight_the_zone_further_west_stands_first():
    at = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)

    assert local_clock(("America/New_York", "America/Chicago"), at)[0] == "23:30 or 00:30"

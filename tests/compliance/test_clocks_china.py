"""Clocks of Chinese law on days that China published: festivals, worked weekends, leap days."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from compliance.clocks import (
    agencies,
    guarantee,
    limitation,
    payment_order,
    preservation,
    retention,
)
from tests.compliance.published_calendars import published

D = date.fromisoformat
CHINA = published("CN")


@pytest.mark.parametrize(
    ("taken", "file_by"),
    [
        ("2026-03-16", "2026-04-15"),
        # 18 February is in the Spring Festival, which ends on the 23rd.
        ("2026-01-19", "2026-02-24"),
        # 14 February and 10 October are Saturdays that are worked, 20 September such a Sunday.
        ("2026-01-15", "2026-02-14"),
        ("2026-09-10", "2026-10-10"),
        ("2026-08-21", "2026-09-20"),
        # The first day of the National Day week; a plain Saturday; a plain Sunday.
        ("2026-09-01", "2026-10-08"),
        ("2026-02-12", "2026-03-16"),
        ("2026-02-13", "2026-03-16"),
        # Thirty days from the end of January reach over February.
        ("2026-01-30", "2026-03-02"),
        ("2028-01-30", "2028-02-29"),
    ],
)
def test_a_suit_is_filed_within_thirty_days_of_the_measure(taken, file_by):
    assert preservation.file_by(D(taken), CHINA) == D(file_by)


@pytest.mark.parametrize(
    ("accepted", "security", "due"),
    [
        ("2026-03-16", None, "2026-03-23"),
        ("2026-02-09", None, "2026-02-14"),
        ("2026-02-10", None, "2026-02-24"),
        ("2026-02-23", None, "2026-02-28"),
        # Security put up later begins the five days; put up before acceptance it does not.
        ("2026-03-16", "2026-03-20", "2026-03-25"),
        ("2026-03-16", "2026-03-13", "2026-03-23"),
    ],
)
def test_the_court_rules_during_a_suit(accepted, security, due):
    given = D(security) if security else None

    assert preservation.ruling_due_on(D(accepted), CHINA, given) == D(due)


def test_enforcement_begins_within_five_days_of_the_ruling():
    assert preservation.enforcement_begins_by(D("2026-03-23"), CHINA) == D("2026-03-30")
    assert preservation.enforcement_begins_by(D("2026-03-18"), CHINA) == D("2026-03-23")


def test_an_urgent_ruling_takes_48_hours_holiday_or_not():
    shanghai = ZoneInfo("Asia/Shanghai")
    accepted = datetime(2026, 2, 16, 10, 20, tzinfo=shanghai)

    assert preservation.urgent_ruling_by(accepted) == datetime(2026, 2, 18, 10, 20, tzinfo=shanghai)
    with pytest.raises(ValueError, match="time zone"):
        preservation.urgent_ruling_by(accepted.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("sealed", "asset", "expires", "renew_by"),
    [
        ("2026-03-16", "movable", "2028-03-16", "2028-03-09"),
        ("2026-03-16", "deposit", "2027-03-16", "2027-03-09"),
        ("2026-03-16", "immovable", "2029-03-16", "2029-03-09"),
        ("2026-03-16", "other_right", "2029-03-16", "2029-03-09"),
        # A leap day ends in a common year on the 28th.
        ("2028-02-29", "deposit", "2029-02-28", "2029-02-21"),
        ("2026-02-28", "movable", "2028-02-28", "2028-02-21"),
        # The end stays on Saturday 20 March 2027; the request is due before Saturday the 13th.
        ("2025-03-20", "movable", "2027-03-20", "2027-03-12"),
        # Seven days before the end lie in the Spring Festival; Saturday the 14th is worked.
        ("2025-02-25", "deposit", "2026-02-25", "2026-02-14"),
    ],
)
def test_a_measure_ends_and_is_renewed_in_time(sealed, asset, expires, renew_by):
    ends = preservation.expires_on(D(sealed), asset)

    assert ends == D(expires)
    assert preservation.renewal_request_by(ends, CHINA) == D(renew_by)


def test_what_cannot_be_preserved_has_no_clock():
    with pytest.raises(ValueError, match="boat"):
        preservation.expires_on(D("2026-03-16"), "boat")


@pytest.mark.parametrize(
    ("due", "interrupted", "ends"),
    [
        ("2026-06-20", [], "2029-06-20"),
        ("2026-06-20", ["2027-01-06"], "2030-01-07"),
        # The day before the period begins interrupts nothing; its first and last day do.
        ("2026-06-20", ["2026-06-19"], "2029-06-20"),
        ("2026-06-20", ["2026-06-20"], "2029-06-20"),
        ("2026-06-20", ["2029-06-20"], "2032-06-21"),
        ("2026-06-20", ["2029-06-21"], "2029-06-20"),
        # Order does not matter, and a chain carries on only from inside the period.
        ("2026-06-20", ["2029-05-10", "2027-01-06"], "2032-05-10"),
        ("2026-06-20", ["2032-05-10", "2027-01-06"], "2030-01-07"),
        # 17 February 2026 is the Spring Festival: the period runs to the 24th, which interrupts.
        ("2023-02-17", [], "2026-02-24"),
        ("2023-02-17", ["2026-02-24"], "2029-02-26"),
        # Leap day: 28 February 2027 is a Sunday.
        ("2024-02-29", [], "2027-03-01"),
        # Twenty years cap everything, and a holiday does not move the cap.
        ("2011-05-01", ["2014-04-01", "2017-03-01", "2020-02-01", "2023-01-03", "2026-01-04"],
         "2029-01-04"),
        ("2006-01-03", ["2009-01-01", "2012-01-01", "2015-01-01", "2018-01-01", "2021-01-01",
                        "2024-01-01"], "2026-01-03"),
    ],
)  # fmt: skip
def test_the_debt_can_be_sued_for_until(due, interrupted, ends):
    found = limitation.ends_on(D(due), CHINA, interrupted_on=map(D, interrupted))

    assert found == D(ends)
    assert not limitation.has_ended(found, D(ends))
    assert limitation.has_ended(found, date.fromordinal(D(ends).toordinal() + 1))


@pytest.mark.parametrize(
    ("called_due", "ends"), [("2026-06-01", "2029-06-01"), ("2028-07-01", "2031-06-20")]
)
def test_calling_the_whole_debt_due_begins_the_period_earlier_never_later(called_due, ends):
    found = limitation.ends_on(D("2028-06-20"), CHINA, accelerated_to=D(called_due))

    assert found == D(ends)


@pytest.mark.parametrize(
    ("due", "agreed", "demand_by"),
    [
        ("2026-06-22", None, "2026-12-22"),
        ("2026-04-01", None, "2026-10-08"),
        # No 31 February: the month's last day, a Sunday in 2027; none needed in 2028.
        ("2026-08-31", None, "2027-03-01"),
        ("2027-08-31", None, "2028-02-29"),
        # An agreed day holds as agreed; one no later than the debt counts as none.
        ("2026-06-22", "2026-10-01", "2026-10-01"),
        ("2026-06-22", "2026-06-22", "2026-12-22"),
        ("2026-06-22", "2026-01-31", "2026-12-22"),
    ],
)
def test_a_guarantor_is_asked_by(due, agreed, demand_by):
    found = guarantee.demand_by(D(due), CHINA, D(agreed) if agreed else None)

    assert found == D(demand_by)


@pytest.mark.parametrize(
    ("on", "last_day"),
    [
        ("2026-03-16", "2026-03-31"),
        ("2026-02-02", "2026-02-24"),
        ("2026-01-30", "2026-02-14"),
        ("2026-02-13", "2026-02-28"),
        ("2028-02-14", "2028-02-29"),
    ],
)
def test_a_payment_order_is_issued_and_answered_within_fifteen_days_each(on, last_day):
    assert payment_order.issued_by(D(on), CHINA) == D(last_day)
    assert payment_order.answered_by(D(on), CHINA) == D(last_day)


@pytest.mark.parametrize(
    ("record", "until"),
    [
        ("gbt_45251", "2028-05-04"),
        ("credit_card", "2028-05-04"),
        ("consumer_finance", "2031-05-04"),
        ("policy", "2031-05-04"),
        ("impact_assessment", "2029-05-04"),
        ("entrusted_processing", "2029-05-04"),
        ("reg_f", "2029-05-04"),
        ("nyc", "2029-05-04"),
    ],
)
def test_a_record_is_kept_until(record, until):
    assert retention.keep_until(D("2026-05-04"), record) == D(until)


def test_of_several_duties_to_keep_the_longest_counts_and_a_leap_day_ends_on_the_28th():
    assert retention.keep_until_all(D("2028-02-29"), ["gbt_45251", "reg_f"]) == D("2031-02-28")
    assert retention.adverse_data_until(D("2028-02-29")) == D("2033-02-28")
    with pytest.raises(ValueError, match="never"):
        retention.keep_until(D("2026-05-04"), "never")


def test_an_agency_is_evaluated_once_a_year():
    assert agencies.evaluation_good_through(D("2026-05-04")) == D("2027-05-04")
    assert agencies.evaluation_good_through(D("2027-05-04")) == D("2028-05-03")

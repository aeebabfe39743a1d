"""Clocks of the United States and of England, at month ends, holidays and leap days."""

from __future__ import annotations

from datetime import date

import pytest

from compliance.clocks import (
    breathing_space,
    default_notice,
    disposition,
    electronic,
    revocation,
    right_to_cure,
    validation,
)
from tests.compliance.published_calendars import published

D = date.fromisoformat
FEDERAL = published("US")


@pytest.mark.parametrize(
    ("sent", "assumed", "ends"),
    [
        # Thanksgiving; Christmas and New Year; Independence Day kept on Friday the 3rd.
        ("2026-11-25", "2026-12-03", "2027-01-02"),
        ("2026-12-24", "2027-01-04", "2027-02-03"),
        ("2026-07-02", "2026-07-10", "2026-08-09"),
        # Sent on a Saturday; over a leap day.
        ("2026-05-09", "2026-05-15", "2026-06-14"),
        ("2028-02-24", "2028-03-02", "2028-04-01"),
    ],
)
def test_the_validation_period(sent, assumed, ends):
    received = validation.assumed_receipt_on(D(sent), FEDERAL)

    assert received == D(assumed)
    assert validation.period_ends_on(received) == D(ends)


def test_the_validation_notice_follows_the_first_communication():
    assert validation.notice_by(D("2026-05-04")) == D("2026-05-09")
    assert validation.notice_by(D("2028-02-25")) == D("2028-03-01")


@pytest.mark.parametrize(
    ("revoked", "honour_by"),
    [
        ("2026-05-08", "2026-05-22"),
        # Memorial Day, 25 May; Juneteenth; a revocation on a Sunday.
        ("2026-05-15", "2026-06-01"),
        ("2026-06-12", "2026-06-29"),
        ("2026-05-10", "2026-05-22"),
    ],
)
def test_a_revocation_is_honoured_by(revoked, honour_by):
    assert revocation.honour_by(D(revoked), FEDERAL) == D(honour_by)


def test_days_that_are_simply_counted():
    assert revocation.oral_work_ban_through(D("2026-05-04")) == D("2026-05-14")
    assert electronic.opt_out_not_before(D("2026-05-04")) == D("2026-06-08")
    assert electronic.texting_good_through(D("2026-03-13")) == D("2026-05-12")
    assert disposition.explanation_by(D("2026-05-04")) == D("2026-05-18")
    assert disposition.compulsory_sale_by(D("2026-05-04")) == D("2026-08-02")


@pytest.mark.parametrize(
    ("state", "from_day"), [("", "2026-05-14"), ("NY", "2026-05-14"), ("CA", "2026-05-19")]
)
def test_a_car_is_sold_no_earlier_than(state, from_day):
    assert disposition.sale_from(D("2026-05-04"), state) == D(from_day)
    assert not disposition.SAFE_HARBOUR_FOR_CONSUMERS


@pytest.mark.parametrize(
    ("state", "days", "until", "taking"),
    [
        ("WI", None, "2026-05-16", "2026-05-17"),
        ("WV", None, "2026-05-11", "2026-05-12"),
        ("ME", None, "2026-05-15", "2026-05-16"),
        ("MA", None, "2026-05-22", "2026-05-23"),
        # The notice may grant more than the state, or speak where no table does.
        ("WI", 30, "2026-05-31", "2026-06-01"),
        ("", 15, "2026-05-16", "2026-05-17"),
        ("TX", 10, "2026-05-11", "2026-05-12"),
    ],
)
def test_a_default_is_cured_until(state, days, until, taking):
    assert right_to_cure.cure_until(D("2026-05-01"), state, days) == D(until)
    assert right_to_cure.taking_from(D("2026-05-01"), state, days) == D(taking)


def test_no_entry_is_no_permission_and_a_notice_may_not_grant_less_than_the_state():
    with pytest.raises(right_to_cure.UnknownState, match="TX"):
        right_to_cure.taking_from(D("2026-05-01"), "TX")
    with pytest.raises(right_to_cure.UnknownState, match="unnamed"):
        right_to_cure.taking_from(D("2026-05-01"))
    for state, days in (("WI", 14), ("", 0), ("TX", -1)):
        with pytest.raises(ValueError, match="too few"):
            right_to_cure.cure_until(D("2026-05-01"), state, days)
    assert right_to_cure.colorado_notice_from(D("2026-05-01")) == D("2026-05-11")


@pytest.mark.parametrize(
    ("served", "remedy", "enforce"),
    [
        ("2026-03-02", "2026-03-16", "2026-03-17"),
        ("2026-12-25", "2027-01-08", "2027-01-09"),
        ("2028-02-15", "2028-02-29", "2028-03-01"),
    ],
)
def test_a_default_notice_runs_fourteen_days_and_policy_keeps_them_clear(served, remedy, enforce):
    assert default_notice.remedy_not_before(D(served)) == D(remedy)
    assert default_notice.enforcement_from(D(served)) == D(enforce)


def test_notices_of_sums_in_arrears():
    assert default_notice.arrears_notice_by(D("2026-02-20")) == D("2026-03-06")
    assert default_notice.next_arrears_notice_by(D("2026-08-31")) == D("2027-02-28")


def test_breathing_space():
    assert breathing_space.starts_on(D("2026-05-10")) == D("2026-05-11")
    assert breathing_space.standard_ends_on(D("2026-05-11")) == D("2026-07-09")
    assert breathing_space.review_between(D("2026-05-11")) == (D("2026-06-04"), D("2026-06-14"))
    assert breathing_space.mental_health_ends_on(D("2026-05-11")) == D("2026-06-10")
    assert breathing_space.next_standard_from(D("2026-05-11")) == D("2027-05-11")

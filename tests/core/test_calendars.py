"""Calendars: holidays, working weekends as published, and the arithmetic over them."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
import time_machine
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from core.audit import SYSTEM, AuditEntry
from core.calendars import (
    CalendarDay,
    HolidayCalendar,
    NoWorkingDay,
    UnknownCalendar,
    WorkingDays,
    ensure_standard_calendars,
    fill_year,
    load,
    remove_day,
    set_day,
)
from core.calendars.published_days import published_days
from core.calendars.tasks import fill_coming_years

NEW_YEAR_2027 = WorkingDays(
    holidays=frozenset({date(2027, 1, 1)}), workdays=frozenset({date(2027, 1, 3)})
)


@pytest.fixture
def china(db) -> HolidayCalendar:
    """China with the years whose notices are stored."""
    ensure_standard_calendars(by=SYSTEM)
    for year in (2024, 2025, 2026):
        fill_year(code="CN", year=year, by=SYSTEM)
    return HolidayCalendar.objects.get(code="CN")


# From the State Council's notices: Sundays and Saturdays that are worked.
@pytest.mark.parametrize(
    "on",
    ["2024-02-04", "2024-02-18", "2024-05-11", "2024-10-12", "2025-01-26", "2025-02-08",
     "2025-09-28", "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-10-10"],
)  # fmt: skip
def test_working_weekends_of_china(china, on):
    day = date.fromisoformat(on)
    assert day.weekday() >= 5
    assert load("CN").is_working(day)
    stored = china.days.get(on=day)
    assert (stored.kind, stored.origin) == ("workday", "notice")
    assert "国办发明电" in stored.source


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2024-02-10", "2024-02-17"),
        ("2024-05-01", "2024-05-05"),
        ("2024-09-15", "2024-09-17"),
        ("2024-10-01", "2024-10-07"),
        ("2025-01-28", "2025-02-04"),
        ("2025-05-31", "2025-06-02"),
        ("2025-10-01", "2025-10-08"),
        ("2026-01-01", "2026-01-03"),
        ("2026-02-15", "2026-02-23"),
        ("2026-04-04", "2026-04-06"),
        ("2026-06-19", "2026-06-21"),
        ("2026-09-25", "2026-09-27"),
        ("2026-10-01", "2026-10-07"),
    ],
)
def test_closures_of_china_are_whole_and_end_there(china, first, last):
    calendar = load("CN")
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    while day <= end:
        assert not calendar.is_working(day), day
        day += timedelta(days=1)
    assert calendar.is_working(end + timedelta(days=1))


def test_library_knows_the_same_working_weekends_as_the_notices():
    # Two sources for one thing: when a library update drifts from the notices, say so here.
    for year in (2024, 2025, 2026):
        notices = {
            day.on
            for day in published_days(country="CN", subdivision="", year=year)
            if day.kind == "workday"
        }
        import holidays

        assert notices == {
            on
            for on in holidays.country_holidays("CN", years=year).weekend_workdays
            if on.year == year
        }


@pytest.mark.django_db
def test_holidays_of_the_united_states_and_england():
    ensure_standard_calendars(by=SYSTEM)
    for code in ("US", "GB"):
        fill_year(code=code, year=2026, by=SYSTEM)
    us, england = load("US"), load("GB")

    assert not us.is_working(date(2026, 7, 3))  # Independence Day falls on a Saturday
    assert not us.is_working(date(2026, 11, 26))
    assert us.is_working(date(2026, 12, 28))
    assert not england.is_working(date(2026, 12, 28))  # Boxing Day, a Saturday, moves
    assert not england.is_working(date(2026, 8, 31))
    assert england.is_working(date(2026, 8, 3))  # a holiday in Scotland only


@pytest.mark.django_db
def test_filling_again_changes_nothing():
    ensure_standard_calendars(by=SYSTEM)
    first = fill_year(code="CN", year=2026, by=SYSTEM)
    revision = HolidayCalendar.objects.get(code="CN").revision
    entries = AuditEntry.objects.count()

    again = fill_year(code="CN", year=2026, by=SYSTEM)
    ensure_standard_calendars(by=SYSTEM)

    assert first.changed_count == first.day_count > 20
    assert (again.changed_count, again.provisional) == (0, False)
    assert HolidayCalendar.objects.get(code="CN").revision == revision
    assert AuditEntry.objects.count() == entries


def test_year_without_notice_is_provisional(china):
    assert fill_year(code="CN", year=2030, by=SYSTEM).provisional
    assert load("CN").knows(date(2030, 1, 1))
    assert not load("CN").knows(date(2031, 1, 1))


def test_day_entered_by_hand_stays_and_takes_effect_at_once(china):
    day = date(2026, 3, 4)
    assert load("CN").is_working(day)

    stored = set_day(
        calendar=china, on=day, kind="holiday", name="Flood", source="Board decision", by=SYSTEM
    )
    assert not load("CN").is_working(day)
    fill_year(code="CN", year=2026, by=SYSTEM)
    assert not load("CN").is_working(day)

    remove_day(day=stored, by=SYSTEM)
    assert load("CN").is_working(day)
    actions = AuditEntry.objects.order_by("-pk").values_list("action", flat=True)[:2]
    assert list(actions) == ["calendar.remove_day", "calendar.set_day"]


def test_withdrawn_day_goes_with_the_next_filling(china):
    CalendarDay.objects.create(
        calendar=china, on=date(2026, 3, 4), kind="holiday", name="x", source="x", origin="library"
    )
    assert fill_year(code="CN", year=2026, by=SYSTEM).changed_count == 1
    assert load("CN").is_working(date(2026, 3, 4))


def test_load_costs_one_query_when_remembered(china, django_assert_num_queries):
    load("CN")
    with django_assert_num_queries(1):  # the revision
        load("CN")


@pytest.mark.django_db
def test_unknown_calendar_is_refused():
    with pytest.raises(UnknownCalendar, match="'XX'"):
        load("XX")
    with pytest.raises(UnknownCalendar):
        fill_year(code="XX", year=2026, by=SYSTEM)


@pytest.mark.django_db
def test_command_and_task_fill_all_calendars():
    out = io.StringIO()
    call_command("fill_calendars", "--from", "2026", "--to", "2026", stdout=out)
    assert "CN 2026: 28 days, 28 changed" in out.getvalue()

    with time_machine.travel("2027-02-01", tick=False):
        fill_coming_years()
    assert load("US").years >= {2026, 2027, 2028, 2029}


class TestWorkingDays:
    """Friday 2027-01-01 is off, Sunday the third is worked."""

    calendar = NEW_YEAR_2027

    def test_next_and_previous(self):
        assert self.calendar.next_working(date(2027, 1, 1)) == date(2027, 1, 3)
        assert self.calendar.previous_working(date(2027, 1, 2)) == date(2026, 12, 31)
        assert self.calendar.next_working(date(2027, 1, 4)) == date(2027, 1, 4)

    @pytest.mark.parametrize(
        ("start", "count", "result"),
        [
            ((2026, 12, 31), 1, (2027, 1, 3)),
            ((2026, 12, 31), 2, (2027, 1, 4)),
            ((2027, 1, 1), 0, (2027, 1, 3)),
            ((2027, 1, 4), -2, (2026, 12, 31)),
        ],
    )
    def test_add(self, start, count, result):
        assert self.calendar.add_working_days(date(*start), count) == date(*result)

    @pytest.mark.parametrize(
        ("on", "convention", "result"),
        [
            ((2027, 1, 1), "none", (2027, 1, 1)),
            ((2027, 1, 1), "following", (2027, 1, 3)),
            ((2027, 1, 1), "preceding", (2026, 12, 31)),
            ((2027, 1, 31), "modified_following", (2027, 1, 29)),
            ((2027, 1, 1), "modified_following", (2027, 1, 3)),
        ],
    )
    def test_shift(self, on, convention, result):
        assert self.calendar.shift(date(*on), convention) == date(*result)

    def test_unknown_convention_is_refused(self):
        with pytest.raises(ValueError, match="sideways"):
            self.calendar.shift(date(2027, 1, 1), "sideways")

    def test_calendar_without_working_days_does_not_loop(self):
        with pytest.raises(NoWorkingDay):
            WorkingDays(weekend=frozenset(range(7))).next_working(date(2027, 1, 1))

    def test_days_between(self):
        assert self.calendar.working_days_between(date(2026, 12, 31), date(2027, 1, 4)) == 2
        assert self.calendar.working_days_between(date(2027, 1, 4), date(2026, 12, 31)) == 0

    @given(st.dates(date(2026, 1, 1), date(2028, 1, 1)), st.integers(1, 40))
    def test_adding_and_counting_agree(self, start, count):
        end = self.calendar.add_working_days(start, count)
        assert self.calendar.is_working(end)
        assert self.calendar.working_days_between(start, end) == count
